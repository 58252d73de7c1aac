//! Blocks that wait to be imported are given to the engine together: one signature batch and one write for several.

use super::run::{Command, Reply};
use ehr_core::engine::{Input, MAX_RUN};
use ehr_core::validate::Window;
use tokio::sync::mpsc;

/// Blocks to import, in the order they came, and who waits for each.
pub(super) struct Imports {
    pub(super) blocks: Vec<Vec<u8>>,
    pub(super) replies: Vec<Reply>,
}

impl Imports {
    /// The block that came, and of those behind it in the queue as many as should be taken with it. What is found behind
    /// them is given back.
    pub(super) fn gather(
        first: (Vec<u8>, Reply),
        queue: &mut mpsc::Receiver<Command>,
        cores: usize,
    ) -> (Self, Option<Command>) {
        let mut window = Window::default();
        window.take(first.0.len());
        let mut imports = Self { blocks: vec![first.0], replies: vec![first.1] };
        let limit = together(queue.len().saturating_add(1), cores);
        while imports.blocks.len() < limit {
            match queue.try_recv() {
                Ok(Command::Input(Input::Import { bytes }, reply)) if window.take(bytes.len()) => {
                    imports.blocks.push(bytes);
                    imports.replies.push(reply);
                }
                Ok(other) => return (imports, Some(other)),
                Err(_) => break,
            }
        }
        (imports, None)
    }
}

/// Of so many that wait, how many are taken together. One core takes all: to validate one block while another is written
/// gains nothing there. More cores leave half, to be validated during the write. More than the engine takes at once would be
/// several batches.
fn together(waiting: usize, cores: usize) -> usize {
    let limit = if cores > 1 { waiting.div_ceil(2) } else { waiting };
    limit.min(MAX_RUN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::oneshot;

    fn import(bytes: &[u8]) -> Command {
        Command::Input(Input::Import { bytes: bytes.to_vec() }, oneshot::channel().0)
    }

    fn gathered(waiting: Vec<Command>, cores: usize) -> (Vec<Vec<u8>>, bool, usize) {
        let (to, mut queue) = mpsc::channel(64);
        for command in waiting {
            to.try_send(command).ok().unwrap();
        }
        let (imports, other) = Imports::gather((vec![0], oneshot::channel().0), &mut queue, cores);
        assert_eq!(imports.blocks.len(), imports.replies.len());
        (imports.blocks, other.is_some(), queue.len())
    }

    #[test]
    fn one_core_takes_all_and_more_leave_half() {
        let waiting = || (1..8u8).map(|n| import(&[n])).collect::<Vec<_>>();
        assert_eq!(gathered(waiting(), 1), ((0..8).map(|n| vec![n]).collect(), false, 0));
        assert_eq!(gathered(waiting(), 2), ((0..4).map(|n| vec![n]).collect(), false, 4));
        assert_eq!(gathered(Vec::new(), 2), (vec![vec![0]], false, 0));
        let many = (1..40u8).map(|n| import(&[n])).collect();
        assert_eq!(gathered(many, 1), ((0..8).map(|n| vec![n]).collect(), false, 32));
    }

    #[test]
    fn what_is_no_import_and_what_does_not_fit_ends_it_and_is_kept() {
        let submit = Command::Input(Input::Submit { bytes: vec![9] }, oneshot::channel().0);
        assert_eq!(gathered(vec![import(&[1]), submit, import(&[2])], 1), (vec![vec![0], vec![1]], true, 1));
        let large = vec![7; ehr_core::codec::limits::MAX_WINDOW];
        assert_eq!(gathered(vec![import(&large), import(&[2])], 1), (vec![vec![0]], true, 1));
    }
}
