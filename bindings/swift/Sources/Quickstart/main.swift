import EhrLedger
import Foundation

let (hospital, patient) = (try Keyring.generate(role: .institution), try Keyring.generate(role: .patient))
let genesis = try Genesis(config: ChainConfig(name: "demo", difficulty: 2, confirmations: 2), founders: [hospital])
let ledger = try Ledger.create(genesis: genesis, storage: .memory())  // or .folder(path:)
_ = try ledger.submit(draft: ledger.draftEnrol(payer: hospital, person: patient))
let mined = try await ledger.mine(proposer: hospital.account()) { print($0.done, "tries") }
print("block", mined.height, "holds", mined.transactions, "transaction; sound:", try await ledger.verify().sound)
