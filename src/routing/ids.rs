//! What a query numbers: trip instances, events, the places where one changes, and what the graph of a sweep has of them.

use crate::base::ids::ids;

ids! {
    /// A trip on a service day.
    InstanceId;
    /// An arrival within the horizon.
    ArrivalId;
    /// A departure within the horizon.
    DepartureId;
    /// Arrivals at a stop under the same rules of transfer.
    ArrivalPlace;
    /// Departures from a stop under the same rules of transfer.
    BoardingPlace;
    /// Departures that a rule makes easier to catch.
    NamedQueue;
    /// A stop of the graph: one with events, along a curve.
    GraphStop;
    /// Where the labels of a trip instance are while it runs.
    RunRow;
    /// Where labels wait for a departure.
    Slot;
    /// Where the walks of a batch to a stop of the graph are.
    AccessRow;
}
