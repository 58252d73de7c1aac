//! Which heights to ask for on the way to a target, without doing the asking.

use super::{LightBlock, StakeClient, StakeError};
use crate::primitives::{Height, Timestamp};

/// Where a [`Bisection`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// It needs the block at this height.
    Need(Height),
    /// The target is trusted.
    Done,
}

/// The way to a target height (rule LC-19): ask [`Bisection::poll_request`], give the block to [`Bisection::handle`],
/// until there is nothing to ask. Blocks that could not be verified yet are kept, at most one for each halving of the
/// distance, so 64.
#[derive(Clone, Debug)]
pub struct Bisection {
    target: Height,
    /// Blocks waiting for one below them, falling heights.
    waiting: Vec<LightBlock>,
    need: Height,
}

impl Bisection {
    /// The way to a height.
    pub const fn new(target: Height) -> Self {
        Self { target, waiting: Vec::new(), need: target }
    }

    /// Height of the block to ask for; none if the target is trusted.
    pub fn poll_request(&self, client: &StakeClient) -> Option<Height> {
        let trusted = client.trusted().height();
        // What was needed is not any more if something else brought the client further.
        let need = if self.need > trusted { self.need } else { self.target };
        (trusted < self.target).then_some(need)
    }

    /// Takes the block that was asked for.
    ///
    /// # Errors
    /// As [`StakeClient::update`], except that nothing asks to bisect. The block that was refused is the one
    /// [`Bisection::poll_request`] asks for again, which may have come earlier than the one given now: somebody else
    /// should answer. A liar is found out after at most one question for each halving of the distance.
    pub fn handle(
        &mut self,
        client: &mut StakeClient,
        now: Timestamp,
        block: LightBlock,
    ) -> Result<Progress, StakeError> {
        let got = block.header.height;
        if self.poll_request(client) != Some(got) {
            return Err(StakeError::NotAsked { got });
        }
        // Others than those above are no help any more: something else brought the client past them.
        self.waiting.retain(|above| above.header.height > got);
        self.waiting.push(block);
        while let Some(block) = self.waiting.last() {
            match client.update(now, block) {
                Ok(_) => drop(self.waiting.pop()),
                // The height is between trusted and this block, so below all that wait.
                Err(StakeError::Bisect { need }) => {
                    self.need = need;
                    return Ok(Progress::Need(need));
                }
                Err(error) => {
                    self.need = block.header.height;
                    self.waiting.pop();
                    return Err(error);
                }
            }
        }
        Ok(Progress::Done)
    }
}
