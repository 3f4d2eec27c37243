//! The program: calls `cli`, nothing else.

#[global_allocator]
static MEMORY: isokron::cli::memory::Memory = isokron::cli::memory::Memory;

fn main() -> std::process::ExitCode {
    isokron::cli::main()
}
