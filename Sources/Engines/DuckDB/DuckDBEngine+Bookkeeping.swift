import RollbookModel
public import RollbookStore

extension DuckDBEngine {
    /// Runs `body` in a short transaction on a connection of its own, beside the writer's; begun anew where the two met on
    /// the same rows.
    ///
    /// - Throws: as ``Engine/bookkeep(deadline:_:)``.
    public func bookkeep<T: Sendable>(
        deadline: Deadline, _ body: @Sendable (any WriteSession) async throws -> T
    ) async throws -> T {
        try await bookkeeper.withOne(deadline) { connection in
            try await Conflicts.retried(until: deadline) {
                try await Self.transaction("BEGIN TRANSACTION", on: connection, deadline, body)
            } isConflict: { error in
                error.underlying is TransactionConflict
            }
        }
    }
}
