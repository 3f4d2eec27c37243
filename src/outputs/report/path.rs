//! Places one after the other → bytes: each as its difference from the one before, in whole quanta.

use serde_json::{Value, json};

use super::codec::{base64, varint, zigzag};

/// The bytes of a line, and its last place, which the next is written relative to.
pub(super) struct Path {
    pub bytes: Vec<u8>,
    quantum: f64,
    origin: (f64, f64),
    last: (i64, i64),
}

impl Path {
    pub fn new(quantum: f64, origin: (f64, f64)) -> Path {
        Path { bytes: Vec::new(), quantum, origin, last: (0, 0) }
    }

    fn whole(&self, (x, y): (f64, f64)) -> (i64, i64) {
        let of = |value: f64, origin: f64| ((value - origin) / self.quantum).round() as i64;
        (of(x, self.origin.0), of(y, self.origin.1))
    }

    pub fn go(&mut self, at: (f64, f64)) {
        let now = self.whole(at);
        varint(zigzag(now.0 - self.last.0), &mut self.bytes);
        varint(zigzag(now.1 - self.last.1), &mut self.bytes);
        self.last = now;
    }

    /// The number of a line's places, and these.
    pub fn line(&mut self, line: &[(f64, f64)]) {
        varint(line.len() as u64, &mut self.bytes);
        line.iter().for_each(|&at| self.go(at));
    }

    pub fn json(self) -> Value {
        json!({ "q": self.quantum, "x": self.origin.0, "y": self.origin.1, "b": base64(&self.bytes) })
    }
}
