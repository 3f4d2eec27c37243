//! The steps of a run → lines of its log.

use crate::engine::partial::Effort;
use crate::engine::setting::Journal;
use crate::outputs::log::RunLog;

impl Journal for RunLog {
    fn measured(&mut self, name: &str, effort: &Effort) {
        self.note(&format!("{name}: {} events, {} pushes", effort.events, effort.pushes));
        self.note(&format!("{name}: {} origins routed", effort.origins));
    }

    fn network_made(&mut self, scenario: &str) {
        self.note(&format!("scenario {scenario}: network made"));
    }

    fn affected(&mut self, scenario: &str, origins: usize) {
        self.note(&format!("scenario {scenario}: {origins} origins may be touched"));
    }
}
