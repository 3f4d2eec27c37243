//! `report.html`: made by every run, made again by `report`, with the tables' values in it and nothing that harms.

use std::collections::BTreeMap;

use isokron::base::executor::Quiet;
use isokron::inputs::raw::{RawPlaces, RawWater};
use isokron::network::streets::Streets;
use isokron::network::transit::Stops;
use isokron::outputs::report;
use serde_json::{Value, json};

use crate::town::{Dice, Town, rows};

/// What stands in a script of data.
fn embedded(page: &str, id: &str) -> Value {
    let (_, rest) = page.split_once(&format!("<script type=\"application/json\" id=\"{id}\">")).unwrap();
    serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap()
}

/// The bytes of a base64 text, letter by letter.
fn bytes(text: &str) -> Vec<u8> {
    let value = |letter: u8| match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let letters: Vec<u8> = text.bytes().filter(|&letter| letter != b'=').collect();
    let bits: Vec<u8> = letters.iter().flat_map(|&l| (0..6).rev().map(move |i| value(l) >> i & 1)).collect();
    bits.chunks_exact(8).map(|eight| eight.iter().fold(0, |byte, bit| byte << 1 | bit)).collect()
}

/// A column of the page as the table writes it, by what `codec.rs` says of the format.
fn column(coded: &Value) -> Vec<String> {
    let scale = 10_f64.powi(coded["d"].as_i64().unwrap() as i32);
    let bytes = bytes(coded["b"].as_str().unwrap());
    let mut values = Vec::new();
    let shown = |whole: i64| (whole as f64 / scale).to_string();
    if coded["k"] == "2" {
        for two in bytes.chunks_exact(2) {
            let code = i64::from(two[0]) + 256 * i64::from(two[1]);
            values.push(match code {
                65535 => String::new(),
                65534 => "inf".to_string(),
                _ => shown(code + coded["o"].as_i64().unwrap()),
            });
        }
        return values;
    }
    let (mut last, mut code, mut weight) = (0, 0, 1);
    for byte in bytes {
        code += i64::from(byte % 128) * weight;
        weight *= 128;
        if byte >= 128 {
            continue;
        }
        values.push(match code {
            0 => String::new(),
            1 => "inf".to_string(),
            _ => {
                let folded = code - 3;
                last += if folded % 2 == 0 { folded / 2 } else { -(folded + 1) / 2 };
                shown(last)
            }
        });
        (code, weight) = (0, 1);
    }
    values
}

#[test]
fn the_page_is_made_with_every_run_and_again() {
    let town = Town::new();
    town.edit(
        "study.toml",
        "[outputs]",
        "[equity]\nbootstrap = { replicates = 0 }\n\n[outputs]\nmatrix = true",
    );
    town.isokron("run study.toml").well();
    let (page, manifest) = (town.read("out/report.html"), town.read("out/manifest.json"));
    assert!(manifest.contains("\"report.html\"") && manifest.contains("\"map.json\""));
    town.write("out/report.html", "spoilt");
    let said = town.isokron("report out").well();
    assert!(said.contains("report.html"), "{said}");
    assert!(town.read("out/report.html") == page, "the same files, the same page");
    assert_eq!(town.read("out/manifest.json"), manifest);

    let data = embedded(&page, "data");
    let result = &data["results"][0];
    let table = rows(&town.read("out/base/adult-morning/access.csv"));
    let measures = result["measures"].as_array().unwrap();
    assert_eq!(measures.len(), 12);
    let the = |name: &str| -> Vec<String> { table.iter().map(|row| row[name].clone()).collect() };
    for measure in measures {
        let name = measure["name"].as_str().unwrap();
        assert_eq!(column(&measure["values"]), the(name), "{name}");
    }
    assert_eq!(column(&result["link_m"]), the("link_m"));
    assert_eq!(column(&data["map"]["population"]), the("population"));
    assert_eq!(data["map"]["ids"], json!(the("id")));
    let first: String = the("status").iter().map(|word| &word[..1]).collect();
    assert_eq!(result["status"], json!(first));
    // The way to oneself takes no time: code 1 where it comes first.
    assert_eq!(bytes(result["times"]["rows"][0].as_str().unwrap())[0], 1);
    assert_eq!(result["times"]["rows"].as_array().unwrap().len(), 681);
    assert_eq!(embedded(&page, "facts")["inputs"].as_array().unwrap().len(), 4);
}

#[test]
fn no_name_ends_a_script() {
    const HURTFUL: &str = "</script><script>alert(1)</script>";
    let town = Town::new();
    let mut feed = town.feed("town_ferry.zip");
    let stops = feed.get_mut("stops.txt").unwrap();
    let name = rows(stops)[0]["stop_name"].clone();
    *stops = stops.replace(&name, HURTFUL);
    town.write_feed("town_ferry.zip", &feed);
    town.edit("study.toml", "[outputs]", "[equity]\nbootstrap = { replicates = 0 }\n\n[outputs]");
    town.isokron("run study.toml").well();
    let page = town.read("out/report.html");
    let names = embedded(&page, "data")["map"]["stops"]["names"].clone();
    assert!(names.as_array().unwrap().contains(&json!(HURTFUL)), "{names}");
    let template = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/web/report.html")).unwrap();
    for tag in ["<script", "</script"] {
        assert_eq!(page.matches(tag).count(), template.matches(tag).count(), "{tag}");
    }
}

#[test]
fn a_large_region_fits_into_a_mail() {
    // Hexagons would cost no more: outlines are shared.
    let (side, measures) = (174, 40);
    let mut cells = RawPlaces { name: "cells".into(), ..RawPlaces::default() };
    for i in 0..side * side {
        let (x, y) = (18.0 + 0.0044 * f64::from(i % side), 59.0 + 0.00225 * f64::from(i / side));
        let corner = |dx: f64, dy: f64| (x + 0.0022 * dx, y + 0.001125 * dy);
        cells.ids.push(format!("{:06}{:07}", 650_000 + i % side * 250, 6_550_000 + i / side * 250));
        cells.points.push((x, y));
        cells.outlines.push(vec![vec![
            corner(-1.0, -1.0),
            corner(1.0, -1.0),
            corner(1.0, 1.0),
            corner(-1.0, 1.0),
            corner(-1.0, -1.0),
        ]]);
    }
    // Up to a million, falling from the middle, with a few hundred of noise.
    let mut dice = Dice(1);
    let mut table = String::from("id,lon,lat,status,link_m,population");
    (0..measures).for_each(|k| table += &format!(",jobs_{k}min_p50"));
    for (i, id) in cells.ids.iter().enumerate() {
        table += &format!("\n{id},18,59,ok,{},{}", dice.below(99_999) as f64 / 1000.0, dice.below(900));
        let (x, y) = ((i % side as usize) as f64 / 174.0 - 0.5, (i / side as usize) as f64 / 174.0 - 0.5);
        for k in 0..measures {
            let value = 1e6 * (-(x * x + y * y) * (12.0 - f64::from(k) / 4.0)).exp();
            table += &format!(",{}", value as usize + dice.below(1_000));
        }
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("base/all-day")).unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("base/all-day/access.csv", &table);
    write("diagnostics.csv", "code,severity,input,file,line_or_id,what,what_to_do\n");
    write(
        "map.json",
        &report::map(&cells, &Streets::default(), None, &Stops::default(), &RawWater::default()).to_string(),
    );
    let manifest = json!({
        "version": "0", "study": "large",
        "parameters": { "profile": [{ "name": "all" }], "period": [{ "name": "day" }] },
        "outputs": [{ "path": "base/all-day/access.csv" }],
    });
    let page = report::page(folder.path(), &manifest, &Quiet).unwrap();
    assert!(page.len() < 5_000_000, "{} bytes", page.len());
    let data = embedded(&page, "data");
    let first = &data["results"][0]["measures"][0]["values"];
    let read: BTreeMap<String, String> = rows(&table).swap_remove(30_000);
    assert_eq!(column(first)[30_000], read["jobs_0min_p50"]);
}

#[test]
fn a_folder_without_results_is_refused() {
    let town = Town::new();
    town.isokron("report .").refused(1, &["manifest.json", "no finished run", "isokron run STUDY"]);
    town.write("manifest.json", "{}");
    town.isokron("report .").refused(1, &["is not one of isokron's"]);
}

#[test]
fn times_to_other_places_do_not_colour_cells() {
    let town = Town::new();
    // One kiosk has the id of a cell, and is elsewhere.
    town.write("kiosks.csv", "id,lon,lat\n6910006572750,18.425017,59.280190\n");
    town.edit(
        "study.toml",
        "[[period]]",
        "[[destinations]]\nname = \"kiosks\"\nfile = \"kiosks.csv\"\nid = \"id\"\n\n[[period]]",
    );
    town.edit(
        "study.toml",
        "[outputs]",
        "[equity]\nbootstrap = { replicates = 0 }\n\n[outputs]\nmatrix = true",
    );
    town.isokron("run study.toml").well();
    assert_eq!(embedded(&town.read("out/report.html"), "data")["results"][0]["times"], Value::Null);
}
