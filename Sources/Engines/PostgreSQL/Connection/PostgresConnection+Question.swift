import RollbookModel
import RollbookStore

extension PostgresConnection {
    /// Asks several questions in a snapshot of their own, in one round trip.
    ///
    /// - Parameter sharing: whether they are asked of a store.
    /// - Returns: the answers, in the order of the questions.
    /// - Throws: ``RollbookError``; the connection is as before it.
    func ask(_ questions: [Statement], sharing: Bool, deadline: Deadline) async throws -> [QueryResult] {
        try await stoppable(deadline) { stop in try self.ask(questions, sharing, deadline, stop) }
    }

    private func ask(
        _ questions: [Statement], _ sharing: Bool, _ deadline: Deadline, _ stop: Stop
    ) throws -> [QueryResult] {
        var round = QuestionRound(begin: texts.reading(deadline, sharing: sharing), prepared: prepared)
        for question in questions { try round.add(question) }
        round.finish()
        let outcome = try send(round.commands, stop)
        prepared = round.kept(afterCommands: outcome.results.count)
        guard let failure = outcome.failure else { return try round.answers(in: outcome.results) }
        let error = failure.error(
            of: round.commands.dropFirst(outcome.results.count).first?.ownText, wire.interruption)
        rollBack()
        guard round.usesPrepared, failure.isChangedResult || failure.isForgottenStatement else { throw error }
        // Once more, with nothing kept. A server that has forgotten once is not trusted again.
        let kept = prepared
        prepared = nil
        defer { if failure.isChangedResult { prepared = forget(kept) } }
        return try ask(questions, sharing, deadline, stop)
    }

    private func forget(_ kept: PreparedTexts?) -> PreparedTexts? {
        guard var kept, (try? wire.runToEnd { try wire.pipeline([.text(PreparedTexts.forget)], on: $0) }) != nil else {
            return nil
        }
        kept.removeAll()
        return kept
    }
}
