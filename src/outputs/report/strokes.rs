//! Streets → the lines that a map of the whole shows: edges joined where they go straight on, the longest first.

use crate::base::ids::{EdgeId, Id, IdVec};
use crate::base::meridian::Opened;
use crate::network::streets::{DirectedEdge, Streets};

/// A line of (lon, lat).
pub(super) type Stroke = Vec<(f64, f64)>;

/// Points of a map of the region, of a town, of a quarter; each level adds to the one before.
const BUDGETS: [usize; 3] = [6_000, 20_000, 50_000];
/// Cosine of the sharpest turn that is still the same street, 45°.
const STRAIGHT: f64 = 0.707;

/// Strokes (Thomson & Richardson 1999: what goes on straight is one street, and long ones matter) that `seen` keeps,
/// simplified to `tolerance` degrees, until the budget of each level is used up.
pub(super) fn levels(
    streets: &Streets,
    opened: &Opened,
    tolerance: f64,
    seen: impl Fn(&Stroke) -> bool,
) -> Vec<Vec<Stroke>> {
    let mut levels = vec![Vec::new()];
    let mut points = 0;
    for stroke in by_kind(streets, opened, &|_| 1) {
        let line = line(streets, opened, &stroke.ends);
        if !seen(&line) {
            continue;
        }
        let line = simplified(&line, tolerance);
        points += line.len();
        if points > BUDGETS[levels.len() - 1] {
            if levels.len() == BUDGETS.len() {
                break;
            }
            levels.push(Vec::new());
        }
        levels.last_mut().expect("there is one from the start").push(line);
    }
    levels
}

/// Edges that are one street.
pub(super) struct JoinedEdges {
    /// The ends at which its edges are entered, in order.
    pub ends: Vec<DirectedEdge>,
    pub mm: u64,
    pub kind: u8,
}

/// All strokes of edges of one kind, the longest first; those of kind 0 are left out.
pub(super) fn by_kind(streets: &Streets, opened: &Opened, kind: &dyn Fn(EdgeId) -> u8) -> Vec<JoinedEdges> {
    let next = partners(streets, opened, kind);
    let mut taken = IdVec::new(false, streets.edges());
    let mut strokes = Vec::new();
    for edge in streets.edge_ids() {
        let kind = kind(edge);
        if kind != 0 && !taken[edge] {
            let ends = walk(edge, &next, &mut taken);
            let mm = ends.iter().map(|&end| u64::from(streets.edge_mm[end.edge().index()])).sum();
            strokes.push(JoinedEdges { ends, mm, kind });
        }
    }
    strokes.sort_by(|a, b| b.mm.cmp(&a.mm).then_with(|| a.ends.cmp(&b.ends)));
    strokes
}

/// The end of an edge, named by the edge as it is entered there → the end that goes on from there.
fn partners(
    streets: &Streets,
    opened: &Opened,
    kind: &dyn Fn(EdgeId) -> u8,
) -> IdVec<DirectedEdge, DirectedEdge> {
    let node = |end: DirectedEdge| streets.tail(end);
    let mut by_node: Vec<DirectedEdge> = streets.directed_edges().collect();
    by_node.sort_by_key(|&end| (node(end), end));
    let mut partner = IdVec::new(DirectedEdge::NONE, 2 * streets.edges());
    for at_node in by_node.chunk_by(|&a, &b| node(a) == node(b)) {
        let headings: Vec<(f64, f64)> = at_node.iter().map(|&end| heading(streets, opened, end)).collect();
        let mut pairs = Vec::new();
        for (i, a) in headings.iter().enumerate() {
            for (k, b) in headings.iter().enumerate().skip(i + 1) {
                // Straight on is the opposite heading.
                let straight = -(a.0 * b.0 + a.1 * b.1);
                let (one, other) = (at_node[i].edge(), at_node[k].edge());
                if straight > STRAIGHT && one != other && kind(one) == kind(other) {
                    pairs.push((straight, at_node[i], at_node[k]));
                }
            }
        }
        pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        for (_, a, b) in pairs {
            if partner[a] == DirectedEdge::NONE && partner[b] == DirectedEdge::NONE {
                (partner[a], partner[b]) = (b, a);
            }
        }
    }
    partner
}

/// Where an edge leads from its end, as a unit vector.
fn heading(streets: &Streets, opened: &Opened, end: DirectedEdge) -> (f64, f64) {
    let shape = streets.shape(end.edge());
    let (here, there) = match end.direction() {
        0 => (shape.start, shape.start + 1),
        _ => (shape.end - 1, shape.end - 2),
    };
    let (a, b) = (place(streets, opened, here), place(streets, opened, there));
    let (dx, dy) = ((b.0 - a.0) * a.1.to_radians().cos(), b.1 - a.1);
    let length = dx.hypot(dy);
    if length > 0.0 { (dx / length, dy / length) } else { (0.0, 0.0) }
}

fn place(streets: &Streets, opened: &Opened, point: usize) -> (f64, f64) {
    (opened.lon(f64::from(streets.shape_lon_e7[point]) / 1e7), f64::from(streets.shape_lat_e7[point]) / 1e7)
}

/// The stroke of an edge as the ends at which its edges are entered, in order.
fn walk(
    edge: EdgeId,
    next: &IdVec<DirectedEdge, DirectedEdge>,
    taken: &mut IdVec<EdgeId, bool>,
) -> Vec<DirectedEdge> {
    taken[edge] = true;
    let mut go = |from: DirectedEdge| {
        let mut entered = Vec::new();
        // An end leads on to the end at which the next edge is entered, and that edge is left at its other end.
        let mut leaving = from;
        while let Some(entering) = Some(next[leaving]).filter(|&end| end != DirectedEdge::NONE) {
            if std::mem::replace(&mut taken[entering.edge()], true) {
                break;
            }
            entered.push(entering);
            leaving = entering.turned();
        }
        entered
    };
    let [along, against] = DirectedEdge::both(edge);
    let onward = go(against);
    let backward = go(along);
    // Backward edges are gone through the other way round.
    backward.into_iter().rev().map(DirectedEdge::turned).chain([along]).chain(onward).collect()
}

pub(super) fn line(streets: &Streets, opened: &Opened, ends: &[DirectedEdge]) -> Stroke {
    let mut line = Stroke::new();
    for &end in ends {
        let shape = streets.shape(end.edge());
        let skip = usize::from(!line.is_empty());
        let points = shape.map(|point| place(streets, opened, point));
        match end.direction() {
            0 => line.extend(points.skip(skip)),
            _ => line.extend(points.rev().skip(skip)),
        }
    }
    line
}

/// Douglas & Peucker 1973: the points without which the line would be off by more than `tolerance`, degrees of
/// latitude.
pub(super) fn simplified(line: &[(f64, f64)], tolerance: f64) -> Stroke {
    let mut kept = vec![false; line.len()];
    let mut open = vec![(0, line.len().saturating_sub(1))];
    while let Some((first, last)) = open.pop() {
        kept[first] = true;
        kept[last] = true;
        let far = (first + 1..last).map(|i| (distance(line[i], line[first], line[last]), i));
        if let Some((off, i)) = far.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)))
            && off > tolerance
        {
            open.extend([(first, i), (i, last)]);
        }
    }
    line.iter().zip(kept).filter(|(_, kept)| *kept).map(|(at, _)| *at).collect()
}

/// From a point to the line between two, degrees of latitude.
fn distance(at: (f64, f64), from: (f64, f64), to: (f64, f64)) -> f64 {
    let narrow = at.1.to_radians().cos();
    let (dx, dy) = ((to.0 - from.0) * narrow, to.1 - from.1);
    let (px, py) = ((at.0 - from.0) * narrow, at.1 - from.1);
    let square = dx * dx + dy * dy;
    let along = if square > 0.0 { ((px * dx + py * dy) / square).clamp(0.0, 1.0) } else { 0.0 };
    (px - along * dx).hypot(py - along * dy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ids::JunctionId;

    #[test]
    fn a_line_keeps_its_bends() {
        let line = [(0.0, 0.0), (0.0, 1.0), (0.0001, 2.0), (0.0, 3.0), (1.0, 3.0)];
        // The third point is off by 0.0001° × cos 2°, the corner by much.
        assert_eq!(simplified(&line, 0.001), [(0.0, 0.0), (0.0, 3.0), (1.0, 3.0)]);
        assert_eq!(simplified(&line, 0.00005).len(), 5 - 1);
        assert_eq!(simplified(&line[..2], 0.1), line[..2]);
    }

    #[test]
    fn straight_on_is_one_street() {
        // A cross at node 0: west (edge 0, towards it), east (1, from it), north (2, from it).
        let e7 = |degrees: f64| (degrees * 1e7) as i32;
        let streets = Streets {
            edge_from: [1, 0, 0].map(JunctionId).to_vec().into(),
            edge_to: [0, 2, 3].map(JunctionId).to_vec().into(),
            edge_mm: vec![100, 100, 500].into(),
            shape_offsets: vec![0, 2, 4, 6].into(),
            shape_lon_e7: [-0.1, 0.0, 0.0, 0.1, 0.0, 0.0].map(e7).to_vec().into(),
            shape_lat_e7: [0.0, 0.0, 0.0, 0.0, 0.0, 0.1].map(e7).to_vec().into(),
            ..Streets::default()
        };
        let levels = levels(&streets, &Opened::around([0.0].into_iter()), 0.001, |_| true);
        // The northern one is longer in mm; west and east are one line, without the point between.
        assert_eq!(levels, [vec![vec![(0.0, 0.0), (0.0, 0.1)], vec![(-0.1, 0.0), (0.1, 0.0)]]]);
    }
}
