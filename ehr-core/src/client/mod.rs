//! What a patient, a doctor or an institution does: keys, state and sealed bodies in, transactions and bodies out; and
//! the way back, to the plaintext.
//!
//! Everything is a method of a [`Desk`], which looks at one state. Making something gives a [`Draft`]: the payload, the
//! bodies that must be stored before it is submitted, and the ids it brings into being. [`Desk::assemble`] signs it when
//! all keys are here; otherwise [`Desk::compose`] makes a [`DraftTx`] that travels from signer to signer.
//!
//! Scope keys are kept nowhere but in wraps, which the state names: a patient with keys and the bodies has all
//! (`docs/spec/client.md`, rules CL-1 to CL-14).

mod account_keys;
mod bodies;
mod desk;
mod device;
mod devices;
mod draft;
mod enrol;
mod epochs;
mod error;
mod hand_over;
mod handed;
mod key_bytes;
mod keychain;
mod new_device;
mod preview;
mod read;
mod release;
mod revoke;
mod rotate;
mod scope;
mod share;
mod sign;
mod transit;
mod version_keys;
mod write;

pub use account_keys::AccountKeys;
pub use desk::Desk;
pub use draft::{About, Draft, commitment};
pub use enrol::admission;
pub use error::{BodyError, ClientError, Unopened};
pub use new_device::{DeviceOffer, NewDevice};
pub use read::{Opened, ReadSection, Reader};
pub use share::GrantTerms;
pub use sign::compose;
pub use transit::DraftTx;
