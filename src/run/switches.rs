//! Other ways to the same results, for whoever compares their bytes (`scripts/same_bytes`): environment variables,
//! for they are nothing that a study or a user should choose.
//!
//! - `ISOKRON_PATH=portable|avx2`: the kernel's instructions; without it the fastest that the machine has.
//! - `ISOKRON_LABELS=u16|u32`: labels of the kernel that are at least so wide, and so fewer origins in a batch;
//!   without it the narrowest that hold the window.

use crate::base::error::{Error, Problem, Result};
use crate::routing::{Path, Question};

/// The kernel's instructions.
///
/// # Errors
/// `Usage` for an unknown word, or instructions that the machine does not have.
pub fn path() -> Result<Path> {
    path_named(&variable("ISOKRON_PATH"))
}

/// The question with a horizon so far that its labels are as wide as asked for. Times above the question's own
/// longest appear: whoever listens must not ask for them.
///
/// # Errors
/// `Usage` for an unknown word.
pub fn widened(question: Question) -> Result<Question> {
    widened_to(&variable("ISOKRON_LABELS"), question)
}

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_default()
}

fn path_named(word: &str) -> Result<Path> {
    match word {
        "" => Ok(Path::best()),
        "portable" => Ok(Path::Portable),
        "avx2" if Path::best() == Path::Avx2 => Ok(Path::Avx2),
        "avx2" => Err(wrong("ISOKRON_PATH=avx2: this machine has no AVX2", "leave it out")),
        _ => Err(wrong(format!("ISOKRON_PATH={word}: no such instructions"), "portable or avx2")),
    }
}

fn widened_to(word: &str, question: Question) -> Result<Question> {
    // One more than the narrower label holds.
    let steps = match word {
        "" => return Ok(question),
        "u16" => 256,
        "u32" => 65_536,
        _ => return Err(wrong(format!("ISOKRON_LABELS={word}: no such labels"), "u16 or u32")),
    };
    let longest_s = question.longest_s.max(steps * question.window.every_s);
    Ok(Question { longest_s, ..question })
}

fn wrong(what: impl Into<String>, remedy: &str) -> Error {
    Error::Usage(Problem::new("", what, remedy))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::units::Window;

    #[test]
    fn a_word_chooses_the_instructions() {
        assert_eq!(path_named("").unwrap(), Path::best());
        assert_eq!(path_named("portable").unwrap(), Path::Portable);
        assert_eq!(path_named("avx2").is_ok(), Path::best() == Path::Avx2);
        assert!(path_named("mmx").is_err());
    }

    #[test]
    fn labels_are_widened_by_a_farther_horizon() {
        let window = Window { length_s: 3600, every_s: 60 };
        let question = Question {
            start_unix_s: 0,
            window,
            board_slack_s: 60,
            transfer_slack_s: 60,
            max_rides: None,
            longest_s: 7200,
        };
        assert_eq!(widened_to("", question).unwrap(), question);
        assert_eq!(widened_to("u16", question).unwrap().longest_s, 15_360);
        assert_eq!(widened_to("u32", question).unwrap().longest_s, 3_932_160);
        // Wide enough as it is.
        let exact = Question { window: Window { every_s: 1, ..window }, ..question };
        assert_eq!(widened_to("u16", exact).unwrap(), exact);
        assert!(widened_to("u64", question).is_err());
    }
}
