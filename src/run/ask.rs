//! Questions to whoever sits at the terminal, each with a proposal that Enter takes.

use std::io::{BufRead, Write};

use crate::base::error::{Error, Result};

/// Where questions go and answers come from.
pub struct Prompt<'a> {
    pub input: &'a mut dyn BufRead,
    pub output: &'a mut dyn Write,
}

impl Prompt<'_> {
    /// Asks until `read` takes the answer; a blank one is the proposal, if there is one.
    ///
    /// # Errors
    /// `Stopped` at the end of the input; the machine's.
    pub fn ask<T>(
        &mut self,
        query: &str,
        proposal: &str,
        read: impl Fn(&str) -> std::result::Result<T, String>,
    ) -> Result<T> {
        let proposed = if proposal.is_empty() { String::new() } else { format!(" [{proposal}]") };
        loop {
            self.say(&format!("{query}{proposed}: "))?;
            let mut line = String::new();
            let length =
                self.input.read_line(&mut line).map_err(|error| Error::machine("the answer", error))?;
            if length == 0 {
                return Err(Error::Stopped);
            }
            let answer = if line.trim().is_empty() { proposal } else { line.trim() };
            if answer.is_empty() {
                continue;
            }
            match read(answer) {
                Ok(value) => return Ok(value),
                Err(what) => self.say(&format!("  {what}\n"))?,
            }
        }
    }

    fn say(&mut self, words: &str) -> Result<()> {
        let said = self.output.write_all(words.as_bytes()).and_then(|()| self.output.flush());
        said.map_err(|error| Error::machine("the terminal", error))
    }
}

#[cfg(test)]
mod tests {
    use super::Prompt;
    use crate::base::error::{Error, Result};

    /// Asks for a number, 7 proposed, of someone who types `typed`; and all that was said.
    fn number(typed: &str, proposal: &str) -> (Result<i32>, String) {
        let (mut input, mut output) = (typed.as_bytes(), Vec::new());
        let mut asker = Prompt { input: &mut input, output: &mut output };
        let read = |answer: &str| answer.parse().map_err(|_| format!("{answer} is no number"));
        let answer = asker.ask("How many", proposal, read);
        (answer, String::from_utf8(output).expect("UTF-8"))
    }

    #[test]
    fn enter_takes_the_proposal_and_wrong_answers_are_asked_again() {
        let (answer, said) = number("\n", "7");
        assert_eq!((answer.expect("one"), &*said), (7, "How many [7]: "));
        let (answer, said) = number("many\n 3 \n", "7");
        assert_eq!((answer.expect("one"), &*said), (3, "How many [7]:   many is no number\nHow many [7]: "));
        // Nothing proposed: a blank line is no answer; the end of the input stops.
        let (answer, said) = number("\n", "");
        assert!(matches!(answer, Err(Error::Stopped)));
        assert_eq!(said, "How many: How many: ");
    }
}
