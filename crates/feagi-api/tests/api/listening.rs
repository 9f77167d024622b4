//! The interface on a port of its own.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use crossbeam_channel::unbounded;
use feagi_api::{Limits, serve};
use feagi_io::core::Directory;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

use crate::support::{Life, SMALL};

/// A server on a port of its own.
pub(crate) struct Listening {
    pub(crate) address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    served: Option<tokio::task::JoinHandle<std::io::Result<()>>>,
    pub(crate) runtime: Runtime,
    pub(crate) life: Life,
}

impl Listening {
    pub(crate) fn start(limits: Limits) -> Self {
        Self::of(SMALL.as_bytes(), limits)
    }

    /// With another genome.
    pub(crate) fn of(genome: &[u8], limits: Limits) -> Self {
        let life = Life::with(genome, Directory::new(unbounded().0), limits);
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let shutdown = async move {
            let _ = stopped.await;
        };
        let served = runtime.spawn(serve(listener, life.state.clone(), shutdown));
        Self { address, stop: Some(stop), served: Some(served), runtime, life }
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream
    }

    /// The status line of a quick request on a connection of its own.
    pub(crate) fn ask(&self) -> String {
        let mut stream = self.connect();
        stream.write_all(b"GET /v1/system/version HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.lines().next().unwrap_or_default().to_owned()
    }

    pub(crate) fn stop(&mut self) -> std::io::Result<()> {
        drop(self.stop.take());
        let served = self.served.take().unwrap();
        self.runtime
            .block_on(async { tokio::time::timeout(Duration::from_secs(20), served).await })
            .unwrap()
            .unwrap()
    }
}
