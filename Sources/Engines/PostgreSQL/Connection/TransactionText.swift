import RollbookModel
import RollbookStore

/// The statements that begin and end transactions. All settings end with their transaction, so that a connection may be
/// lent to somebody else by a pooler between two of them.
struct TransactionText {
    let configuration: PostgresConfiguration

    /// Begins a snapshot to ask in.
    ///
    /// - Parameter sharing: whether there is a store. What makes its tables anew waits for those who share it, and they for
    ///   that: a snapshot that is older than a table would find it empty.
    func reading(_ deadline: Deadline, sharing: Bool) -> [String] {
        let limit = [deadline.timeLeft, configuration.statementTimeout].compactMap(\.self).min()
        return ["BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"] + settings(limit)
            + (sharing ? [Self.sharing] : [])
    }

    /// Lets nobody make the store's tables anew before the transaction's end.
    static let sharing = "LOCK TABLE rollbook.store_state IN ACCESS SHARE MODE"

    /// Begins the transaction of the one writer: the lock comes before the snapshot, so that the snapshot holds what the
    /// writer before has stored. Readers are not hindered.
    func writing(_ deadline: Deadline) -> [String] {
        ["BEGIN ISOLATION LEVEL REPEATABLE READ READ WRITE"] + settings(deadline.timeLeft)
            + ["LOCK TABLE rollbook.store_state IN EXCLUSIVE MODE"]
    }

    /// Begins the transaction of the one writer where there is no table to lock yet.
    func founding(_ deadline: Deadline) -> [String] {
        ["BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"] + settings(deadline.timeLeft)
            + [
                "SELECT pg_advisory_xact_lock(\(Self.foundingLock))",
                "SELECT to_regclass('rollbook.store_state') IS NOT NULL",
            ]
    }

    /// Begins a short transaction beside the writer: each of its statements sees what others have stored by then, so that
    /// whoever waited for a row finds it as it is.
    func bookkeeping(_ deadline: Deadline) -> [String] {
        ["BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"] + settings(deadline.timeLeft)
    }

    static let commit = "COMMIT"
    static let rollback = "ROLLBACK"

    /// `rollbook` as a number, so that it is nobody else's lock.
    private static let foundingLock: Int64 = 0x726F_6C6C_626F_6F6B

    private func settings(_ timeLimit: Duration?) -> [String] {
        let milliseconds = timeLimit.map { max(1, Int64(($0 / .milliseconds(1)).rounded(.up))) } ?? 0
        return [
            "SET LOCAL search_path = rollbook", "SET LOCAL statement_timeout = \(milliseconds)",
            "SET LOCAL timezone = 'UTC'",
            // Compiling costs more than these short questions do.
            "SET LOCAL jit = off", "SET LOCAL work_mem = '\(configuration.workMemory)'",
            // A plan that suits all windows suits none of them.
            "SET LOCAL plan_cache_mode = force_custom_plan",
        ]
    }
}

extension Deadline {
    /// How long it is until then; nil where the caller waits as long as it takes.
    var timeLeft: Duration? { instant.map { ContinuousClock.now.duration(to: $0) } }
}
