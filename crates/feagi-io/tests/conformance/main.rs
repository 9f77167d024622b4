//! What every transport has to do, over `dyn BlockingTransport`. A transport is one row: a type that
//! implements [`row::Row`] and one line below.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bench;
mod control;
mod data;
mod endpoints;
mod row;
mod trouble;
#[cfg(feature = "transport-websocket")]
mod websocket_row;
#[cfg(feature = "transport-zmq")]
mod zmq_row;

/// Runs every case for every row.
macro_rules! rows {
    ($($(#[$attribute:meta])* $row:ident => $type:ty,)*) => {$(
        $(#[$attribute])*
        mod $row {
            cases! { $type;
                control: messages_are_answered_in_order;
                control: many_links_are_told_apart;
                control: answering_a_peer_that_is_gone_is_an_error;
                control: messages_that_find_no_room_wait;
                data: frames_reach_whoever_subscribes_to_their_stream;
                data: endpoints_do_not_mix;
                data: frames_for_nobody_go_nowhere;
                data: sensory_frames_arrive_in_order;
                data: what_is_no_container_is_refused_and_counted;
                data: connections_are_counted_while_they_last;
                endpoints: a_taken_port_is_an_error_and_the_others_go_on;
                endpoints: a_closed_port_is_free_at_once;
                endpoints: closing_ends_its_connections_and_no_others;
                endpoints: unknown_endpoints_are_errors;
                endpoints: nothing_works_before_the_start_and_after_the_stop;
                endpoints: stopping_twice_does_nothing_and_starting_again_works;
                endpoints: stopping_right_after_the_start_is_quick;
                endpoints: stopping_with_everything_in_use_frees_all_ports;
                trouble: a_subscriber_that_never_reads_costs_only_its_own_frames;
                trouble: a_peer_that_dies_within_a_message_costs_only_that_message;
                trouble: a_message_above_the_limit_costs_only_its_connection;
                trouble: a_sensory_flood_waits_instead_of_piling_up;
                trouble: a_sensory_flood_leaves_the_others_their_turn;
                trouble: noise_on_a_port_disturbs_nobody;
                trouble: peers_that_come_and_go_leave_nothing_behind;
            }
        }
    )*};
}

macro_rules! cases {
    ($type:ty; $($module:ident: $case:ident;)*) => {$(
        #[test]
        fn $case() {
            crate::$module::$case::<$type>();
        }
    )*};
}

rows! {
    #[cfg(feature = "transport-zmq")]
    zmq => crate::zmq_row::Zmq,
    #[cfg(feature = "transport-websocket")]
    websocket => crate::websocket_row::WebSocket,
}
