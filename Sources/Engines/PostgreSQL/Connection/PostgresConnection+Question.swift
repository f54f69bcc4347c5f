import RollbookModel
import RollbookStore

extension PostgresConnection {
    /// Asks several questions in a snapshot of their own, in one round trip.
    ///
    /// - Returns: the answers, in the order of the questions.
    /// - Throws: ``RollbookError``; the connection is as before it.
    func ask(_ questions: [Statement], deadline: Deadline) async throws -> [QueryResult] {
        try await stoppable(deadline) { stop in try self.ask(questions, deadline, stop) }
    }

    private func ask(_ questions: [Statement], _ deadline: Deadline, _ stop: Stop) throws -> [QueryResult] {
        var round = QuestionRound(begin: texts.reading(deadline), prepared: prepared)
        for question in questions { try round.add(question) }
        round.finish()
        let outcome = try send(round.commands, stop)
        prepared = round.kept(afterCommands: outcome.results.count)
        guard let failure = outcome.failure else { return try round.answers(in: outcome.results) }
        let error = failure.error(wire.interruption)
        rollBack()
        // Each of these comes at most once: the second time, nothing is prepared, or all of it anew.
        guard round.usesPrepared, failure.isChangedResult || failure.isForgottenStatement else { throw error }
        prepared = nil
        return try ask(questions, deadline, stop)
    }
}
