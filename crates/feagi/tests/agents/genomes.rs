//! Another genome while agents are at work.

use crate::case::{Case, MB, eventually};
use crate::support::agent::{ALL, Agent, LONG, TRANSPORTS, Transport};
use crate::support::http::{get, metrics, post};
use crate::support::wire::cells_of;

const POWER: [u8; 8] = *b"___power";

#[test]
fn agents_stay_registered_and_get_data_when_the_brain_is_another_one() {
    for transport in TRANSPORTS {
        let case = Case::begin("another genome", transport);
        let mut viewer =
            Agent::register(&case.server, transport, "viewer", &ALL[2..]).expect("it may register");
        let mut pictures = viewer.viewer();
        assert!(pictures.receive(LONG).is_some());
        let http = case.server.http;
        let genome = get(http, "/v1/genome/download").body;
        for round in 1..=3 {
            let answer = match round {
                1 => post(http, "/v1/genome/upload", &genome),
                2 => post(http, "/v1/genome/upload/barebones", ""),
                _ => post(http, "/v1/genome/upload/essential", ""),
            };
            assert_eq!(answer.status, 200, "{}", answer.body);
            assert_eq!(case.rise("genomes_loaded_total"), round);
            // The rate is the genome's own; the witness needs many bursts.
            let timestep = "{\"simulation_timestep\": 0.0333}";
            assert_eq!(post(http, "/v1/burst_engine/simulation_timestep", timestep).status, 200);
            eventually("the viewer sees the new brain", || {
                let picture = pictures.receive(LONG).expect("a picture");
                !cells_of(&picture, POWER).is_empty()
            });
            assert!(viewer.beats());
            assert_eq!(metrics(http).of("agents"), 2.0);
        }
        // The loop of the witness, through the area of its motors, is closed in the new brain as well.
        let bursts = case.rise("bursts_total") + 30;
        eventually("30 more bursts", || case.rise("bursts_total") >= bursts);
        assert_eq!(case.rise("registrations_total"), 1);
        case.end(150 * MB);
    }
}

#[test]
fn a_genome_that_is_none_changes_nothing() {
    let case = Case::begin("genomes that are none", Transport::Zmq);
    for body in ["", "{", "[]", "{\"blueprint\":{}}", &"[".repeat(100_000)] {
        let answer = post(case.server.http, "/v1/genome/upload", body);
        assert!((400..=500).contains(&answer.status), "{}: {}", answer.status, answer.body);
    }
    assert_eq!(case.rise("genomes_loaded_total"), 0);
    case.end(20 * MB);
}
