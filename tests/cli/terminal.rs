//! What a terminal, a shell, an editor and a script get: errors under their lines, completions, man pages, JSON.

use std::io::Write;
use std::process::{Command, Stdio};

use isokron::base::error::Error;
use isokron::base::executor::Quiet;
use isokron::run::ask::Prompt;
use isokron::run::init::{Options, StudyBegun, init};
use serde_json::Value;

use crate::town::Town;

/// Whole texts: every mistake at once, the line as it stands in the file, what is wrong in it underlined (counted by
/// hand: `populatoin` has ten letters), the nearest right key.
#[test]
fn errors_show_the_line_and_what_is_wrong_in_it() {
    let town = Town::new();
    town.edit("study.toml", "population =", "populatoin =");
    town.edit("study.toml", "modes = [\"walk\", \"transit\"]", "modes = [\"walk\", \"tram\"] # on rails");
    town.edit("study.toml", "[outputs]", "[output]");
    let said = town.isokron("run study.toml");
    assert_eq!((said.code, said.out.as_str()), (1, ""));
    let expected = "\
error: unknown key cells.populatoin
  --> study.toml:13:1
   |
13 | populatoin = \"population\"
   | ^^^^^^^^^^
   |
   = help: did you mean population?

error: unknown key output
  --> study.toml:38:2
   |
38 | [output]
   |  ^^^^^^
   |
   = help: did you mean outputs?

error: profile.modes [2] is \"tram\"
  --> study.toml:27:9
   |
27 | modes = [\"walk\", \"tram\"] # on rails
   |         ^^^^^^^^^^^^^^^^
   |
   = help: write some of \"walk\", \"bicycle\", \"car\" and \"transit\": [\"walk\", \"transit\"]
";
    assert_eq!(said.err, expected);
}

/// Of an included file, of a measure, and of a study elsewhere: the path as one would open it.
#[test]
fn errors_in_other_files_and_in_what_is_found_later_show_their_lines() {
    let town = Town::new();
    let scenario = "\n[[scenario]]\nname = \"a\"\ninclude = [\"edits.toml\"]\n";
    let measure = "\n[[measure]]\nkind = \"gravity\"\ndecay = \"exponential\"\nhalf_life = 20\n";
    let study = town.read("study.toml").replace("town", "../town").replace("cells.csv", "../cells.csv");
    std::fs::create_dir(town.path("deep")).unwrap();
    town.write("deep/study.toml", format!("{study}{scenario}"));
    town.write("deep/edits.toml", "[[edit]]\nkind = \"shift\"\nroute = \"1\"\nby = 60\n");
    let said = town.isokron("run deep/study.toml");
    let of_edit = "\
error: unknown key shift.by
 --> deep/edits.toml:4:1
  |
4 | by = 60
  | ^^
  |
  = help: did you mean by_s?

error: shift.by_s is missing
 --> deep/edits.toml:1:1
  |
1 | [[edit]]
  | ^^^^^^^^
  |
  = help: write whole seconds from -86400 to 86400
";
    assert_eq!((said.code, said.err.as_str()), (1, of_edit));
    // Names of lines are looked for when the feeds are read, measures are made before.
    town.write("deep/study.toml", format!("{study}{measure}"));
    let said = town.isokron("run deep/study.toml");
    let of_measure = "\
  --> deep/study.toml:44:13
   |
44 | half_life = 20
   |             ^^
   |
   = help: did you mean half_life_min?
";
    assert!(said.err.contains("error: unknown key measure.half_life\n"), "{}", said.err);
    assert!(said.err.ends_with(of_measure), "{}", said.err);
    town.write("deep/study.toml", format!("{study}{scenario}"));
    town.write("deep/edits.toml", "\n[[edit]]\nkind = \"remove_routes\"\nroute = \"X9\"\n");
    let said = town.isokron("run deep/study.toml");
    assert!(
        said.err.contains("\n --> deep/edits.toml:2:1\n  |\n2 | [[edit]]\n  | ^^^^^^^^\n"),
        "{}",
        said.err
    );
    // What has no line stays as it was.
    let said = town.isokron("run nowhere.toml");
    assert!(
        said.err.starts_with("error: nowhere.toml: there is no such study file\n  → check"),
        "{}",
        said.err
    );
}

#[test]
fn failures_are_json_where_asked_for() {
    let town = Town::new();
    town.edit("study.toml", "population =", "populatoin =");
    let failed = |words: &str| -> (i32, Value) {
        let said = town.isokron(words);
        assert!(said.err.starts_with("error: "), "{}", said.err);
        (said.code, serde_json::from_str(&said.out).expect("JSON"))
    };
    let (code, json) = failed("run study.toml --json");
    let expected = serde_json::json!({
        "error": "input", "exit_code": 1, "problems": [{
            "code": "input", "place": "study.toml:13:1", "file": "study.toml", "line": 13, "column": 1,
            "end_column": 11, "message": "unknown key cells.populatoin", "remedy": "did you mean population?",
        }],
    });
    assert_eq!((code, json), (1, expected));
    let (code, json) = failed("check nowhere.zip --json");
    assert_eq!((code, &json["problems"][0]["place"]), (1, &"nowhere.zip".into()));
    assert_eq!(json["problems"][0]["line"], Value::Null);
    for words in ["run --json", "run study.toml --thread 2 --json", "run study.toml --threads 0 --json"] {
        let (code, json) = failed(words);
        assert_eq!((code, &json["error"], &json["exit_code"]), (2, &"usage".into(), &2.into()), "{words}");
    }
}

/// The names of all commands, from the program's own help.
fn commands(town: &Town) -> Vec<String> {
    let help = town.isokron("--help").well();
    let list = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let first = |line: &str| {
        line.strip_prefix("  ")?.split(' ').next().filter(|word| !word.is_empty()).map(str::to_string)
    };
    list.lines().filter_map(first).filter(|word| word != "help").collect()
}

#[test]
fn every_shell_gets_completions_of_every_command() {
    let town = Town::new();
    let commands = commands(&town);
    assert!(commands.len() >= 16 && commands.contains(&"verify".to_string()), "{commands:?}");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = town.isokron(&format!("completions {shell}")).well();
        for command in &commands {
            assert!(script.contains(command.as_str()), "{shell}: no {command}");
        }
    }
    town.isokron("completions tcsh").refused(2, &["possible values: bash"]);
    // Bash reads it, and completes the beginnings of a command and of an option.
    let script = town.isokron("completions bash").well();
    let asked = |words: &str, word: &str, before: &str| {
        let count = words.split(' ').count() - 1;
        let program = format!(
            "{script}\nCOMP_WORDS=({words}); COMP_CWORD={count}; _isokron isokron {word} {before}\n\
             printf '%s\\n' \"${{COMPREPLY[@]}}\"\n"
        );
        let bash = Command::new("bash").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let Ok(mut bash) = bash else { return None };
        bash.stdin.take().unwrap().write_all(program.as_bytes()).unwrap();
        let output = bash.wait_with_output().unwrap();
        assert!(output.status.success());
        Some(String::from_utf8(output.stdout).unwrap())
    };
    match asked("isokron com", "com", "isokron") {
        None => eprintln!("skipped: there is no bash"),
        Some(found) => {
            assert_eq!(found, "compare\ncompletions\n");
            let found = asked("isokron synth --se", "--se", "synth");
            assert_eq!(found.as_deref(), Some("--seed\n"));
        }
    }
}

#[test]
fn every_command_has_a_man_page() {
    let town = Town::new();
    town.isokron("man pages/man1").well();
    let pages = town.files("pages/man1");
    let page = |name: &str| String::from_utf8(pages[name].clone()).unwrap();
    assert!(page("isokron.1").contains(".TH isokron 1"), "{}", page("isokron.1"));
    for command in commands(&town) {
        let page = page(&format!("isokron-{command}.1"));
        // The example of --help stands in it, too.
        assert!(command == "scenario" || page.contains(&format!("isokron {command} ")), "{page}");
    }
    assert!(pages.contains_key("isokron-scenario-from-conveyal.1"), "{:?}", pages.keys());
    assert!(!pages.keys().any(|name| name.contains("help")), "{:?}", pages.keys());
}

/// `init` in the town's folder, of someone who types `typed`: what came of it, and all that was asked.
fn asked(town: &Town, options: Options, typed: &str) -> (Result<StudyBegun, Error>, String) {
    let (mut input, mut output) = (typed.as_bytes(), Vec::new());
    let asker = Prompt { input: &mut input, output: &mut output };
    let said = init(&town.path("new/asked.toml"), &options, &mut Some(asker), &Quiet);
    (said, String::from_utf8(output).unwrap())
}

/// Files are named, so that the test does not hang on the folder it runs in.
#[test]
fn init_asks_what_the_data_do_not_say() {
    let town = Town::new();
    // `km` is no amount of opportunities by its name: doubtful, and so asked for.
    let cells = town.read("cells.csv");
    let with =
        |(i, line): (usize, &str)| if i == 0 { format!("{line},density\n") } else { format!("{line},{i}\n") };
    town.write("cells.csv", cells.lines().enumerate().map(with).collect::<String>());
    let options = || Options {
        osm: vec![town.path("town.osm.pbf")],
        gtfs: vec![town.path("town_gtfs.zip")],
        cells: Some(town.path("cells.csv")),
        ..Options::default()
    };
    let typed = "jobs, school\njobs\n2031-01-01\nsoon\n2026-03-10\n09:00/07:00\n16:00/17:30\n";
    let (said, questions) = asked(&town, options(), typed);
    let begun = said.unwrap();
    assert!(begun.date.is_none() && begun.idle.is_empty());
    let expected = "\
Columns of what can be reached, - for none (other numbers: density) [jobs, schools, healthcare]:   there is no column \
school of amounts: did you mean schools?
Columns of what can be reached, - for none (other numbers: density) [jobs, schools, healthcare]: \
Day of travel (proposed: a usual weekday) [2026-01-07]:   no trip starts near the streets on 2031-01-01
Day of travel (proposed: a usual weekday) [2026-01-07]:   soon is no day: write 2026-03-10
Day of travel (proposed: a usual weekday) [2026-01-07]: Departures from/to [07:00/09:00]:   the window is \
\"09:00/07:00\": the end must be later than the start (past midnight is 24:30)
Departures from/to [07:00/09:00]: ";
    assert_eq!(questions, expected);
    let study = town.read("new/asked.toml");
    for line in [
        "opportunities = [\"jobs\"]",
        "date = 2026-03-10",
        "depart = \"16:00/17:30\"",
        "name = \"afternoon\"",
    ] {
        assert!(study.contains(&format!("\n{line} ")), "no {line} in\n{study}");
    }
    town.isokron("check new/asked.toml").well();
    // Enter takes every proposal: the study is the one that is written without questions.
    town.remove("new/asked.toml");
    let (said, _) = asked(&town, options(), "\n\n\n");
    said.unwrap();
    let entered = town.read("new/asked.toml");
    town.remove("new/asked.toml");
    town.isokron("init new/asked.toml --osm town.osm.pbf --gtfs town_gtfs.zip --cells cells.csv").well();
    assert_eq!(town.read("new/asked.toml"), entered);
    // What flags say is not asked; the end of the input stops before anything is written.
    town.remove("new/asked.toml");
    let date = Some(jiff::civil::date(2026, 3, 10));
    let (said, questions) = asked(&town, Options { date, ..options() }, "\n");
    assert!(matches!(said, Err(Error::Stopped)) && !town.path("new/asked.toml").exists());
    assert!(
        !questions.contains("Day of travel") && questions.ends_with("Departures from/to [07:00/09:00]: ")
    );
}

#[test]
fn init_takes_what_lies_in_the_folder_if_told_to() {
    let town = Town::new();
    let said =
        town.isokron("init mine.toml --yes --date 2026-03-10 --depart 16:00/17:00 --opportunities jobs");
    assert_eq!(said.well(), "Wrote mine.toml\nNext: isokron check mine.toml, then isokron run mine.toml\n");
    let study = town.read("mine.toml");
    for line in [
        "osm = [\"town.osm.pbf\"]",
        "gtfs = [\"town_ferry.zip\", \"town_gtfs.zip\"]",
        "file = \"cells.csv\"",
        "opportunities = [\"jobs\"]",
        "date = 2026-03-10",
        "depart = \"16:00/17:00\"",
    ] {
        assert!(study.contains(&format!("\n{line} ")), "no {line} in\n{study}");
    }
    town.isokron("init other.toml --yes --date 2031-01-01").refused(2, &["no trip starts near the streets"]);
    town.isokron("init other.toml --yes --depart 9/10").refused(2, &["--depart", "is no time"]);
    town.isokron("init other.toml --yes --opportunities job").refused(2, &["did you mean jobs?"]);
    assert!(!town.path("other.toml").exists());
}
