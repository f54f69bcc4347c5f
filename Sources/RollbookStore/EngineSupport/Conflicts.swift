package import RollbookModel

/// What is done about two transactions that met on the same rows.
package enum Conflicts {
    /// The most times that one is begun: with the pauses between them it then has waited for about seven seconds.
    private static let mostTries = 40

    /// Runs a transaction, and again after a short pause where another one was in its way, until the deadline.
    ///
    /// - Throws: what the last run throws.
    package static func retried<T: Sendable>(
        until deadline: Deadline, _ transaction: @Sendable () async throws -> T,
        isConflict: (RollbookError) -> Bool
    ) async throws -> T {
        for count in 1... {
            do { return try await transaction() } catch let error as RollbookError where isConflict(error) {
                let pause = Duration.milliseconds(min(200, 5 * count) + Int.random(in: 0..<5))
                let isLast = deadline.instant.map { .now + pause >= $0 } ?? false
                if count >= mostTries || isLast || Task.isCancelled { throw error }
                try? await Task.sleep(for: pause)
            }
        }
        throw RollbookError(.engineFailure, "the transaction was never run")
    }
}
