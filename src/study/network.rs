//! `[network]`: what the network is made of.

use std::path::PathBuf;

use super::car::COUNTRIES;
use super::keys::declaration::Fallback::{Absent, Value};
use super::keys::declaration::Shape::{File, Flag, Text, Whole, Words};
use super::keys::declaration::{Entry, key};
use super::keys::shapes::{FILES, NEAR, TEXTS};

#[derive(Clone, Debug, Default, PartialEq)]
pub struct NetworkSpec {
    pub osm: Vec<PathBuf>,
    pub gtfs: Vec<PathBuf>,
    /// Rasters of heights.
    pub elevation: Vec<PathBuf>,
    /// How fast cars are on some streets, in some areas, at some hours.
    pub traffic: Vec<PathBuf>,
    pub max_link_m: f64,
    pub fragment_reach_m: f64,
    pub min_island_nodes: u32,
    /// Feeds (by name) that may have no service in the window.
    pub may_be_idle: Vec<String>,
    pub cache: PathBuf,
    /// Where one may park and ride, in the extracts.
    pub park_and_ride: Vec<String>,
    /// A table of more sites.
    pub park_and_ride_sites: Option<PathBuf>,
    /// Whose law on speed counts where no sign stands, by its code.
    pub country: Option<String>,
    /// Pick-up or drop-off type 2 counts as yes.
    pub phone_ahead: bool,
}

impl NetworkSpec {
    pub const KEYS: &'static [Entry<NetworkSpec>] = &[
        key("network", "osm", Value("[]"), "[\"streets.osm.pbf\"]", "OpenStreetMap extracts")
            .takes(FILES)
            .fills(|spec| &mut spec.osm),
        key("network", "gtfs", Value("[]"), "[\"feed.zip\"]", "GTFS feeds; none: streets only")
            .takes(FILES)
            .fills(|spec| &mut spec.gtfs),
        key(
            "network",
            "elevation",
            Value("[]"),
            "[\"dem.tif\"]",
            "GeoTIFFs of heights in m, for profiles with slopes; of several the first that has data counts",
        )
        .takes(FILES)
        .fills(|spec| &mut spec.elevation),
        key(
            "network",
            "traffic",
            Value("[]"),
            "[\"traffic.csv\", \"congestion.geojson\"]",
            "tables of how fast cars are, by way or area and by hour (docs/streets.md)",
        )
        .takes(FILES)
        .fills(|spec| &mut spec.traffic),
        key(
            "network",
            "max_link_m",
            Value("1000"),
            "1000",
            "a point or stop farther from a usable street is not linked",
        )
        .takes(NEAR)
        .fills(|spec| &mut spec.max_link_m),
        key(
            "network",
            "fragment_reach_m",
            Value("250"),
            "250",
            "no small island is kept for a stop that is so near to a larger piece of street",
        )
        .takes(NEAR)
        .fills(|spec| &mut spec.fragment_reach_m),
        key(
            "network",
            "min_island_nodes",
            Value("40"),
            "40",
            "street islands of fewer OSM nodes are small: they are kept only for a stop on them",
        )
        .takes(Whole(0, 1_000_000))
        .fills(|spec| &mut spec.min_island_nodes),
        key(
            "network",
            "park_and_ride",
            Value("[\"amenity=parking & park_ride\"]"),
            "[\"amenity=parking & park_ride\"]",
            "tags of park-and-ride sites in the extracts: filters as those of places of interest",
        )
        .takes(TEXTS)
        .fills(|spec| &mut spec.park_and_ride),
        key(
            "network",
            "park_and_ride_sites",
            Absent("those of the extracts alone"),
            "\"sites.csv\"",
            "a table of sites beside these: columns id, lon, lat, and where known capacity and price, which are shown and not yet used",
        )
        .takes(File)
        .fills(|spec| &mut spec.park_and_ride_sites),
        key(
            "network",
            "country",
            Absent("what is usual by class of street"),
            "\"SE\"",
            "whose law on speed counts where no sign stands, and on which side one drives there",
        )
        .takes(Words(COUNTRIES))
        .fills(|spec| &mut spec.country),
        key(
            "network",
            "may_be_idle",
            Value("[]"),
            "[\"feed\"]",
            "feeds, by name, that may have no service in the window",
        )
        .takes(TEXTS)
        .fills(|spec| &mut spec.may_be_idle),
        key(
            "network",
            "cache",
            Absent("the output folder's \"network\""),
            "\"out/network\"",
            "folder of the built network",
        )
        .takes(Text)
        .apart(),
        key(
            "network",
            "phone_ahead",
            Value("true"),
            "true",
            "pick-up and drop-off that must be phoned for count as service",
        )
        .takes(Flag)
        .fills(|spec| &mut spec.phone_ahead),
    ];
}
