//! What is said about the mistakes of a study.

use isokron::scenario::written::read;

use super::{SMALL, wrong};

#[test]
fn all_unknown_keys_come_with_place_and_nearest_name() {
    let study =
        SMALL.replace("file = ", "popultion = \"p\"\nfile = ").replace("depart = ", "evry_s = 60\ndepart = ")
            + "[acess]\ncutoffs_min = [15]\n[[profile]]\nwalk_speed = \"fast\"\nmax_walk_s = \"far\"\n";
    assert_eq!(
        wrong(&study),
        "study.toml:6:1: unknown key cells.popultion -> did you mean population?\n\
         study.toml:11:1: unknown key period.evry_s -> did you mean every_s?\n\
         study.toml:13:2: unknown key acess -> did you mean access?\n\
         study.toml:16:1: unknown key profile.walk_speed -> did you mean walk_speed_mps?\n\
         study.toml:17:14: profile.max_walk_s is a text, not a whole number -> write a whole number from 0 to 129600\n"
    );
}

#[test]
fn what_comes_later_is_refused_with_a_word() {
    let study = SMALL.to_string() + "[[fares]]\n[emissions]\n";
    let said = wrong(&study);
    for what in ["fares", "emissions"] {
        assert!(said.contains(&format!("isokron does not do {what}")), "{said}");
    }
    for (mode, what) in [("park-and-ride", "park-and-ride yet"), ("walk>transit>car", "this chain of modes")]
    {
        let said = wrong(&format!("{SMALL}[[profile]]\nmodes = [\"walk\", \"{mode}\"]\n"));
        assert!(said.contains(&format!("isokron does not do {what}")), "{said}");
    }
    let said = wrong(&SMALL.replace("gtfs", "zones = \"zones.geojson\"\ngtfs"));
    assert_eq!(
        said,
        "study.toml:4:1: network.zones: isokron does not do on-demand zones yet -> leave it out\n"
    );
}

/// One line of `SMALL` exchanged, and a part of what must be said.
#[test]
fn wrong_values_are_explained() {
    for (line, instead, said) in [
        ("date = 2025-03-04", "date = \"\"", "study.toml:9:8: period.date is empty"),
        ("date = 2025-03-04", "date =", "study.toml:9:7: is not TOML"),
        ("date = 2025-03-04", "date = 2025-02-29", "study.toml:9:"),
        ("date = 2025-03-04", "date = \"2025-02-29\"", "there is no such day"),
        ("date = 2025-03-04", "date = 2025-03-04T07:00:00", "is not a day alone"),
        ("date = 2025-03-04\n", "", "period.date is missing"),
        ("7:00/9:00", "9:00/7:00", "the end must be later than the start"),
        ("7:00/9:00", "9:00/9:00", "the end must be later than the start"),
        ("7:00/9:00", "7-9", "period.depart is \"7-9\" -> write start and end"),
        ("7:00/9:00", "7:00/9:60", "\"9:60\" is no time"),
        ("7:00/9:00", "0:00/24:00:01", "period.depart holds 86401 seconds, and 86400, those of 24 h"),
        (
            "depart = \"7:00/9:00\"\n",
            "",
            "study.toml:7:1: period.depart is missing, and so is arrive -> write one",
        ),
        (
            "depart = \"7:00/9:00\"",
            "arrive = \"8:00/7:00\"",
            "period.arrive is \"8:00/7:00\": the end must be later",
        ),
        (
            "depart",
            "arrive = \"7:00/8:00\"\ndepart",
            "period.arrive stands beside depart -> leave out one of the two",
        ),
        (
            "depart = \"7:00/9:00\"",
            "arrive = \"7-9\"",
            "period.arrive is \"7-9\" -> write start and end, such as arrive",
        ),
        ("\"am\"", "\"AM\"", "period.name is \"AM\" -> use small letters"),
        ("\"am\"", "\"\"", "period.name is empty"),
        ("\"town\"", "5", "study.name is a whole number, not a text"),
        ("name = \"town\"", "", "study.name is missing"),
        ("gtfs = [\"bus.zip\"]", "gtfs = \"bus.zip\"", "network.gtfs is a text, not a list"),
        ("gtfs = [\"bus.zip\"]", "gtfs = [\"bus.zip\", 3]", "network.gtfs [2] is a whole number, not a text"),
        ("gtfs = [\"bus.zip\"]", "gtfs = [\"a/bus.zip\", \"b/bus.zip\"]", "has two feeds called bus"),
        ("gtfs = [\"bus.zip\"]", "", "neither osm nor gtfs is given"),
        (
            "gtfs",
            "may_be_idle = [\"bos\"]\ngtfs",
            "\"bos\", which is no feed of this study -> did you mean bus?",
        ),
        ("gtfs", "max_link_m = nan\ngtfs", "network.max_link_m is NaN"),
        ("gtfs", "max_link_m = -1\ngtfs", "network.max_link_m is -1"),
        ("gtfs", "fragment_reach_m = -1\ngtfs", "network.fragment_reach_m is -1"),
        ("gtfs", "min_island_nodes = 4.5\ngtfs", "is a number with a point, not a whole number"),
        ("name = \"town\"", "name = \"town\"\ntime_zone = \"Sweden/Lund\"", "which is no time zone"),
        ("file = \"cells.csv\"", "size_m = 250", "cells.crs is missing"),
        ("file = \"cells.csv\"", "", "there is neither file nor size_m"),
        ("file = \"cells.csv\"", "file = \"c.csv\"\nsize_m = 9", "makes a grid, but there is a file too"),
        (
            "file = \"cells.csv\"",
            "size_m = 250\ncrs = \"3006\"",
            "cells.crs is \"3006\" -> write an EPSG code",
        ),
        ("file = \"cells.csv\"", "file = \"c.csv\"\nx = \"x\"", "cells.crs is missing"),
        (
            "file = \"cells.csv\"",
            "file = \"c.csv\"\nlon = \"x\"\ncrs = \"EPSG:3006\"",
            "stands beside x, y or crs",
        ),
        (
            "file = \"cells.csv\"",
            "size_m = 9\ncrs = \"EPSG:3006\"\npopulation = \"p\"",
            "names columns, but a grid has none",
        ),
        (
            "file = \"cells.csv\"",
            "file = \"c.csv\"\ngroups_are = \"share\"",
            "write one of \"counts\", \"shares\"",
        ),
        ("file = \"cells.csv\"", "file = \"c.csv\"\ngroups_are = \"shares\"", "no population to share"),
        ("file = \"cells.csv\"", "file = \"c.csv\"\nopportunities = [\"a\", \"a\"]", "[2] is there twice"),
        ("depart", "every_s = 0\ndepart", "period.every_s is 0"),
        ("depart", "every_s = 60\ndepartures = \"exact\"\ndepart", "stands beside departures"),
        ("[cells]", "[[cells]]", "cells is not a table -> write [cells] once"),
        ("[[period]]", "[period]", "period is not a list -> write [[period]]"),
        ("[study]", "[study]\nname = \"twice\"", "name stands here for a second time"),
    ] {
        let text = wrong(&SMALL.replace(line, instead));
        assert!(text.contains(said), "{instead}: {text}");
    }
    for (more, said) in [
        ("[[profile]]\nwalk_speed_mps = 0", "profile.walk_speed_mps is 0"),
        ("[[profile]]\nwalk_speed_mps = 1.2345", "at most three decimals"),
        ("[[profile]]\nmax_rides = 0", "write a whole number from 1 to"),
        ("[[profile]]\nmodes = [\"transit\"]", "profile.modes lacks \"walk\""),
        ("[[profile]]\nmodes = [\"wolk\"]", "profile.modes [1] is \"wolk\""),
        (
            "[[profile]]\nmax_travel_time_s = 1800",
            "has 45, 60 min, above max_travel_time_s = 1800 of profile adult",
        ),
        ("[[profile]]\n[[profile]]", "study.toml:12:1: there are two [[profile]] called adult"),
        ("[[destinations]]\nname = \"cells\"\nfile = \"c.csv\"", "is \"cells\", which the grid is called"),
        (
            "[[destinations]]\nname = \"d\"\nfile = \"c.csv\"\nincome = \"i\"",
            "does not do people at destinations",
        ),
        ("[access]\npercentiles = [0]", "access.percentiles [1] is 0"),
        ("[access]\npercentiles = [100.5]", "access.percentiles [1] is 100.5"),
        ("[access]\ncutoffs_min = []", "access.cutoffs_min is empty"),
        ("[access]\ncutoffs_min = [15, 15]", "[2] is there twice"),
        ("[access]\nunlinked = \"nil\"", "write one of \"blank\", \"zero\""),
        ("[outputs]\ntables = [\"csv\", \"xls\"]", "outputs.tables [2] is \"xls\""),
        ("[outputs]\nmatrix = \"yes\"", "outputs.matrix is \"yes\" -> write true, false or \"partitioned\""),
        ("[outputs]\nmatrix = 1", "outputs.matrix is a whole number, not a text -> write true, false"),
        ("[outputs]\ncrs = \"SWEREF\"", "outputs.crs is \"SWEREF\" -> write an EPSG code"),
    ] {
        let text = wrong(&format!("{SMALL}{more}\n"));
        assert!(text.contains(said), "{more}: {text}");
    }
}

/// A broken text is broken in one place: the first mistake alone is told, where somebody made it, though the parser
/// stumbles over much that comes behind. Lines are counted in `SMALL` by hand.
#[test]
fn of_a_broken_text_the_mistake_alone_is_told() {
    for (from, to, place, said) in [
        // A list that nobody closed: the parser runs on through all that follows.
        ("gtfs = [\"bus.zip\"]", "gtfs = [\"bus.zip\"", "4:8", "the list that begins here is not closed"),
        (
            "gtfs = [\"bus.zip\"]",
            "gtfs = [\"bus.zip\",\n# more",
            "4:8",
            "the list that begins here is not closed",
        ),
        ("depart", "list = [1, 2\ndepart", "10:8", "the list that begins here is not closed"),
        (
            "depart = \"7:00/9:00\"",
            "depart = [\"7:00/9:00\"",
            "10:10",
            "the list that begins here is not closed",
        ),
        (
            "gtfs = [\"bus.zip\"]",
            "gtfs = [\"bus.zip\" \"b.zip\"]",
            "4:19",
            "missing comma between array elements",
        ),
        // The comma, and no bracket, is missing where the list goes on.
        (
            "gtfs = [\"bus.zip\"]",
            "gtfs = [\"a.zip\"\n\"b.zip\"]",
            "5:1",
            "missing comma between array elements",
        ),
        ("[cells]", "[cells", "5:7", "unclosed table"),
        ("[[period]]", "[[period]", "7:10", "unclosed array table"),
        ("name = \"town\"", "name = \"town", "2:13", "invalid basic string"),
        ("name = \"town\"", "name = lund", "2:8", "string values must be quoted"),
        ("name = \"town\"", "name \"town\"", "2:6", "expected `=`"),
        ("name = \"town\"", "name = \"town\" gtfs", "2:15", "unexpected key or value"),
    ] {
        let text = SMALL.replace(from, to);
        assert_ne!(text, SMALL);
        let told = wrong(&text);
        assert_eq!(told.lines().count(), 1, "{to}: {told}");
        assert!(told.starts_with(&format!("study.toml:{place}: is not TOML: ")), "{to}: {told}");
        assert!(told.contains(said), "{to}: {told}");
    }
    // What is said twice breaks nothing: all of it is told, with all else.
    let twice =
        SMALL.replace("[cells]", "gtfs = [\"b.zip\"]\n[cells]\nid = \"a\"\nid = \"b\"\npopultion = \"p\"");
    assert_eq!(
        wrong(&twice),
        "study.toml:9:1: unknown key cells.popultion -> did you mean population?\n\
         study.toml:5:1: gtfs stands here for a second time -> leave out one of the two: a key, or [section], stands once\n\
         study.toml:8:1: id stands here for a second time -> leave out one of the two: a key, or [section], stands once\n"
    );
}

#[test]
fn files_must_be_there_when_read_from_disk() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("study.toml");
    let error = read(&path).unwrap_err();
    assert_eq!(error.exit_code(), 1);
    assert!(error.to_string().contains("study.toml: there is no such study file\n  → check the path"));
    std::fs::write(&path, format!("\u{feff}{SMALL}")).unwrap();
    std::fs::write(folder.path().join("buses.zip"), "").unwrap();
    let error = read(&path).unwrap_err();
    assert_eq!(error.exit_code(), 1);
    assert_eq!(
        error.to_string(),
        "study.toml:4:8: there is no file bus.zip\n  → did you mean buses.zip?\n\
         study.toml:6:8: there is no file cells.csv\n  → paths are relative to the study file's folder"
    );
    std::fs::write(folder.path().join("bus.zip"), "").unwrap();
    std::fs::write(folder.path().join("cells.csv"), "").unwrap();
    assert_eq!(read(&path).unwrap().folder, folder.path());
    std::fs::write(&path, b"[study]\nname = \"\xe5\"").unwrap();
    assert!(read(&path).unwrap_err().to_string().contains(":2: is not UTF-8"));
}
