//! The engine as a WebAssembly module without imports: parts of a network and a question in, access of every cell out.
//!
//! A caller asks for [`room`], writes a message there and calls [`answer`]; what comes back lies where it points, its
//! length in the first four bytes, and is given back with [`give_back`]. A message is the length of its head (four bytes,
//! little-endian), the head as JSON ([`request::Request`]) and, from the next multiple of eight on, the parts one after
//! the other. The answer is JSON: `{"names": […], "values": [[…]]}`, or `{"error": "…"}`.

mod access;
mod request;

use std::alloc::{Layout, alloc, dealloc};

/// Messages and answers lie on such borders, so that arrays of eight-byte numbers are used where they lie.
const BORDER: usize = 8;

fn layout(bytes: usize) -> Layout {
    Layout::from_size_align(bytes.max(1), BORDER).expect("a message fits into memory")
}

/// Room for a message.
#[unsafe(no_mangle)]
pub extern "C" fn room(bytes: usize) -> *mut u8 {
    // SAFETY: the layout has a size of one or more.
    unsafe { alloc(layout(bytes)) }
}

/// Gives back what [`room`] or [`answer`] gave, with its length in bytes (of an answer: four more than its text).
///
/// # Safety
/// `at` came from one of the two with this length, and is not used again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn give_back(at: *mut u8, bytes: usize) {
    // SAFETY: the caller's promise; both allocate with this layout.
    unsafe { dealloc(at, layout(bytes)) }
}

/// Answers the message of so many bytes that lies at `at`, as [`room`] gave it.
///
/// # Safety
/// `at` came from [`room`] with this length and holds a whole message.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn answer(at: *const u8, bytes: usize) -> *mut u8 {
    // SAFETY: the caller's promise.
    let message = unsafe { std::slice::from_raw_parts(at, bytes) };
    let text = access::answer(message).unwrap_or_else(|error| serde_json::json!({ "error": error }).to_string());
    let whole = text.len() + 4;
    // SAFETY: the layout has a size of four or more; what is written is as long as it, and lies in no other object.
    unsafe {
        let out = alloc(layout(whole));
        out.copy_from_nonoverlapping((text.len() as u32).to_le_bytes().as_ptr(), 4);
        out.add(4).copy_from_nonoverlapping(text.as_ptr(), text.len());
        out
    }
}
