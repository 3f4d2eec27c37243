//! temp
mod common;
use isokron::base::findings::Findings;
use isokron::base::watch::Quiet;
use isokron::inputs::osm;
use isokron::network::streets;

#[test]
fn places() {
    for rel in [
        "porto_alegre/poa_osm.pbf",
        "porto/porto.osm.pbf",
        "newport/newport.osm.pbf",
        "helsinki/helsinki_centre.osm.pbf",
        "oslo_east/oslo_east.osm.pbf",
        "lund_station/lund_station.osm.pbf",
        "stockholm_centre/stockholm_centre.osm.pbf",
        "addison/addison.osm.pbf",
        "beatty/beatty.osm.pbf",
        "laquila/laquila.osm.pbf",
        "portland/portland_central.osm.pbf",
        "sao_paulo/spo_osm.pbf",
    ] {
        let Some(path) = common::data(rel) else { continue };
        let mut f = Findings::default();
        let t = std::time::Instant::now();
        let raw = osm::read(&[path], &mut f, &Quiet).unwrap();
        let read = t.elapsed();
        let t = std::time::Instant::now();
        let s = streets::build(&raw, 40, &mut f);
        assert!(s.check());
        println!(
            "{rel}: {} ways {} nodes -> {} comps {:.1}% small {} {} km {} nodes {} edges; read {read:?} build {:?}",
            raw.ways.len(),
            raw.nodes.len(),
            s.components(),
            s.largest_share() * 100.0,
            s.component_large.iter().filter(|l| **l == 0).count(),
            s.total_mm() / 1000000,
            s.nodes(),
            s.edges(),
            t.elapsed()
        );
        for (k, i, n) in f.counts() {
            println!("   {} {i} {n}", k.code);
        }
    }
}
#[test]
fn dump() {
    for rel in [
        "helsinki/helsinki_centre.osm.pbf",
        "porto_alegre/poa_osm.pbf",
        "newport/newport.osm.pbf",
        "stockholm_centre/stockholm_centre.osm.pbf",
    ] {
        let path = common::data(rel).unwrap();
        let mut f = Findings::default();
        let raw = osm::read(&[path], &mut f, &Quiet).unwrap();
        let s = streets::build(&raw, 40, &mut f);
        println!("## {rel}");
        let mut first = vec![None; s.components()];
        for e in 0..s.edges() {
            let c = s.edge_component[e] as usize;
            if first[c].is_none() {
                let r = s.shape(e as u32);
                first[c] = Some((s.shape_lon_e7[r.start], s.shape_lat_e7[r.start]));
            }
        }
        let mut m: Vec<_> = (0..s.components())
            .map(|c| (s.component_nodes[c], s.component_mm[c] / 1000, first[c].unwrap()))
            .collect();
        m.sort();
        m.reverse();
        for (n, mm, p) in m.iter().skip(1).take(14) {
            let ways: Vec<String> = raw
                .ways
                .iter()
                .filter(|w| {
                    w.nodes
                        .iter()
                        .any(|&n| raw.nodes.get(n as usize).is_some_and(|x| (x.lon_e7, x.lat_e7) == *p))
                })
                .map(|w| format!("{} {:?}", w.osm_id, w.tags))
                .take(2)
                .collect();
            println!("{n} {mm} {p:?} {ways:?}");
        }
    }
}
