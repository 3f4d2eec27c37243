//! (to come)
pub fn service_day_start(_zone: &str, _date: jiff::civil::Date) -> Option<i64> { None }
