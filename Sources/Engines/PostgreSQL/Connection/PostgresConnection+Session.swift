import CLibPQ
import RollbookModel
import RollbookStore

extension PostgresConnection {
    /// Begins a snapshot to ask in; there need not be a store.
    func beginReading(_ deadline: Deadline) async throws {
        try await stoppable(deadline) { stop in
            let texts = self.texts.reading(deadline, sharing: true)
            let outcome = try self.send(texts.map(Command.text), stop)
            guard let failure = outcome.failure else { return }
            let error = failure.error(
                of: texts.dropFirst(outcome.results.count).first, self.wire.interruption)
            guard error.code == .notReady else { throw error }
            self.rollBack()
            _ = try self.roundTrip(self.texts.reading(deadline, sharing: false).map(Command.text), stop)
        }
    }

    /// Begins the transaction of the one writer. It waits for writers of other processes, until the deadline.
    func beginWriting(_ deadline: Deadline) async throws {
        try await stoppable(deadline) { stop in
            let outcome = try self.send(self.texts.writing(deadline).map(Command.text), stop)
            guard let failure = outcome.failure else { return }
            let error = failure.error(self.wire.interruption)
            guard error.code == .notReady else { throw error }
            self.rollBack()
            let results = try self.roundTrip(self.texts.founding(deadline).map(Command.text), stop)
            // Whoever had the lock before may have made the table: then it is what all writers lock.
            guard try results.last.map({ try ResultDecoder.decode($0).first() }) == .boolean(true) else { return }
            self.rollBack()
            _ = try self.roundTrip(self.texts.writing(deadline).map(Command.text), stop)
        }
    }

    /// Begins a short transaction beside the writer.
    func beginBookkeeping(_ deadline: Deadline) async throws {
        try await stoppable(deadline) { stop in
            _ = try self.roundTrip(self.texts.bookkeeping(deadline).map(Command.text), stop)
        }
    }

    /// Runs a statement in the open transaction and brings its rows home.
    func query(_ statement: Statement, deadline: Deadline) async throws -> QueryResult {
        try await stoppable(deadline) { stop in
            guard let result = try self.run(statement, stop) else {
                return QueryResult(names: [], columns: [], rowCount: 0)
            }
            return try ResultDecoder.decode(result)
        }
    }

    /// Runs a statement in the open transaction and says how many rows it touched.
    func execute(_ statement: Statement, deadline: Deadline) async throws -> Int64 {
        try await stoppable(deadline) { stop in try self.run(statement, stop)?.rowsTouched ?? 0 }
    }

    /// Appends rows to a table in the open transaction.
    func append(_ block: ColumnBlock, deadline: Deadline) async throws {
        try await stoppable(deadline) { stop in
            try self.wire.run(stop) { try self.wire.copy(block, on: $0) }
        }
    }

    /// Runs a statement that takes no transaction around it.
    func runAlone(_ text: String) async throws {
        try await stoppable(.none) { stop in _ = try self.roundTrip([.text(text)], stop) }
    }

    /// Ends the open transaction.
    ///
    /// - Throws: ``RollbookError`` with `engineFailure` where a statement of it had failed, so that nothing was stored.
    func commit(_ deadline: Deadline) async throws {
        try await stoppable(deadline) { stop in
            let result = try self.roundTrip([.text(TransactionText.commit)], stop).first
            guard result?.isCommitted == true else {
                throw RollbookError(
                    .engineFailure, "nothing was stored, because a statement of the transaction had failed")
            }
        }
    }

    private func run(_ statement: Statement, _ stop: Stop) throws -> PostgresResult? {
        let spelled = SpelledStatement.cached(statement.text)
        let parameters = try Parameters(spelled.parameterNames, from: statement.bindings)
        return try roundTrip([.statement(spelled.text, parameters)], stop).first
    }
}
