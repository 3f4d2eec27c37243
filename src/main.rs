//! The program: calls `cli`, nothing else.

fn main() -> std::process::ExitCode {
    isokron::cli::main()
}
