import RollbookModel
public import RollbookStore

extension PostgresEngine {
    /// Runs `body` in a short transaction on the primary, beside writers of all processes.
    ///
    /// - Throws: as ``Engine/bookkeep(deadline:_:)``; `unavailable` names the primary.
    public func bookkeep<T: Sendable>(
        deadline: Deadline, _ body: @Sendable (any WriteSession) async throws -> T
    ) async throws -> T {
        do {
            return try await Conflicts.retried(until: deadline) {
                try await pools.primary.bookkeep(deadline, body)
            } isConflict: { error in
                (error.underlying as? PostgresFailure)?.isConflict ?? false
            }
        } catch let error as RollbookError {
            throw await pools.explained(error)
        }
    }
}
