//! The demonstration and a brain.

use crate::program::Running;

/// `feagi run` with the built-in brain, and where agents register: by ZeroMQ and by WebSocket.
fn brain() -> (Running, [String; 2]) {
    let mut brain = Running::start(&["run", "--plain", "--free-ports"]);
    let urls = ["agents: ZeroMQ ", "agents: WebSocket "].map(|start| brain.line(start));
    (brain, urls)
}

/// The built-in brain gets its pictures from an agent: it drives ahead, turns, and backs off from what
/// looms, so that both columns of both motors are active.
#[test]
fn the_built_in_brain_follows_what_the_demonstration_shows() {
    let (brain, urls) = brain();
    for url in &urls {
        let args = ["demo", "--connect", url, "--seconds", "7", "--areas", "img:32x32", "--watch"];
        let finished = Running::start(&args).finish().sound();
        let out = &finished.out;
        for column in ["x0 z", "x1 z", "x2 z", "x3 z"] {
            assert!(finished.after("  active   ").contains(column), "{out}");
        }
        assert!((0..2).all(|motor| finished.motor(motor) > 0.0), "{out}");
        assert!(!finished.after("  watched  ").contains(" 0 voxels"), "{out}");
    }
    brain.signal("INT");
    brain.finish().sound();
}

#[test]
fn the_areas_of_the_demonstration_come_into_the_brain() {
    let (brain, [url, _]) = brain();
    let args = ["demo", "--connect", &url, "--seconds", "3", "--areas", "svi:16x16"];
    Running::start(&args).finish().sound();
    brain.signal("INT");
    let said = brain.finish().sound().out;
    assert!(said.contains("Segmented Vision Unit 0 centre"), "{said}");
}
