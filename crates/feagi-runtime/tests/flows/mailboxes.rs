//! Mailboxes between the threads of transports and the burst thread.

use std::collections::VecDeque;
use std::sync::Arc;
use std::thread;

use feagi_io::SharedFBC;
use feagi_runtime::{Incoming, MailCounts, MailboxLimits, Mailboxes};
use feagi_serialization::FeagiByteContainer;
use proptest::collection::vec;
use proptest::prelude::*;

use crate::support::{EAR, event, frame, run, running};

/// A frame of `bytes` bytes, at least 52; what follows the header says nothing.
fn frame_of_size(bytes: usize) -> SharedFBC {
    let mut container = FeagiByteContainer::new_empty();
    let mut content = container.get_byte_ref().to_vec();
    content.resize(bytes.max(content.len()), 0);
    container.try_write_data_by_ownership_to_container_and_verify(content).expect("an empty container");
    Arc::new(container)
}

proptest! {
    #[test]
    fn the_oldest_frames_make_room_within_both_bounds(
        most_frames in 1_usize..6, most_bytes in 0_usize..1000, sizes in vec(52_usize..600, 0..30),
    ) {
        let mailboxes = Mailboxes::new(MailboxLimits { frames: most_frames, bytes: most_bytes });
        mailboxes.open(&"robot".into());
        let mut running = running();
        running.incoming = Incoming::new(mailboxes.clone());
        let frames: Vec<SharedFBC> = sizes.iter().map(|&size| frame_of_size(size)).collect();
        let mut waiting: VecDeque<&SharedFBC> = VecDeque::new();
        for frame in &frames {
            prop_assert!(mailboxes.deliver(&event("robot", Arc::clone(frame))));
            waiting.push_back(frame);
            let bytes = |waiting: &VecDeque<&SharedFBC>| -> usize {
                waiting.iter().map(|frame| frame.get_number_of_bytes_used()).sum()
            };
            while waiting.len() > most_frames || (bytes(&waiting) > most_bytes && waiting.len() > 1) {
                waiting.pop_front();
            }
        }
        let is_held = |frame: &SharedFBC| Arc::strong_count(frame) > 1;
        let expected = |frame: &SharedFBC| waiting.iter().any(|waiting| Arc::ptr_eq(waiting, frame));
        prop_assert!(frames.iter().all(|frame| is_held(frame) == expected(frame)));
        let (delivered, dropped) = (frames.len() as u64, (frames.len() - waiting.len()) as u64);
        prop_assert_eq!(mailboxes.counts(), MailCounts { delivered, dropped, unclaimed: 0 });
        run(&mut running, 1);
        prop_assert_eq!(running.incoming.counts().frames, waiting.len() as u64);
        prop_assert!(!frames.iter().any(is_held), "a burst takes all that waits");
    }
}

#[test]
fn an_agent_without_a_mailbox_is_not_heard() {
    let mailboxes = Mailboxes::default();
    let sent = event("robot", frame(&[(EAR, &[([0, 0, 0], 1.0)])]));
    assert!(!mailboxes.deliver(&sent));
    mailboxes.open(&"robot".into());
    mailboxes.open(&"robot".into());
    assert!(mailboxes.deliver(&sent));
    assert_eq!(Arc::strong_count(&sent.fbc), 2);
    mailboxes.open(&"robot".into());
    assert_eq!(Arc::strong_count(&sent.fbc), 2, "an open mailbox stays as it is");
    mailboxes.close("robot");
    assert_eq!(Arc::strong_count(&sent.fbc), 1, "what waits goes with its mailbox");
    mailboxes.close("robot");
    assert!(!mailboxes.deliver(&sent));
    assert_eq!(mailboxes.counts(), MailCounts { delivered: 1, dropped: 0, unclaimed: 2 });
}

#[test]
fn frames_of_many_threads_arrive_or_are_counted() {
    const EACH: u64 = 2_000;
    let mailboxes = Mailboxes::new(MailboxLimits { frames: 8, bytes: 600 });
    for agent in ["a", "b"] {
        mailboxes.open(&agent.into());
    }
    let mut running = running();
    running.incoming = Incoming::new(mailboxes.clone());
    thread::scope(|scope| {
        let senders: Vec<_> = ["a", "a", "b", "b"]
            .into_iter()
            .map(|agent| {
                let mailboxes = mailboxes.clone();
                let sent = event(agent, frame_of_size(100));
                scope.spawn(move || (0..EACH).for_each(|_| assert!(mailboxes.deliver(&sent))))
            })
            .collect();
        while senders.iter().any(|sender| !sender.is_finished()) {
            run(&mut running, 1);
        }
    });
    run(&mut running, 1);
    let counts = mailboxes.counts();
    assert_eq!(counts.delivered, 4 * EACH);
    assert_eq!(running.incoming.counts().frames + counts.dropped, 4 * EACH, "no frame got lost");
}
