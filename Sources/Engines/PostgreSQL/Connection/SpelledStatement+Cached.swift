import RollbookStore
import Synchronization

extension SpelledStatement {
    private static let known = Mutex<[String: SpelledStatement]>([:])

    /// The statement in PostgreSQL's spelling, found only once for each text.
    static func cached(_ text: String) -> SpelledStatement {
        if let statement = known.withLock({ $0[text] }) { return statement }
        let statement = SpelledStatement(text, in: .postgreSQL)
        known.withLock { known in
            if known.count > 512 { known.removeAll() }
            known[text] = statement
        }
        return statement
    }
}
