import RollbookModel
import RollbookStore

extension PostgresNode {
    /// Runs one statement, in one round trip.
    ///
    /// - Throws: as `Engine.query(_:deadline:)`, and where the snapshot may not be shown.
    func query(
        _ statement: Statement, _ deadline: Deadline, _ acceptance: Acceptance
    ) async throws -> StampedResult {
        let answers = try await ask([SnapshotProof.statement, statement], deadline)
        let proof = try SnapshotProof(answers[0])
        return StampedResult(result: answers[1], state: proof.state, servedBy: try acceptance.accept(proof))
    }

    /// The state of the store.
    ///
    /// - Throws: as `Engine.state()`, and where the snapshot may not be shown.
    func state(_ deadline: Deadline, _ acceptance: Acceptance) async throws -> StoreState {
        let proof = try SnapshotProof(try await ask([SnapshotProof.statement], deadline)[0])
        _ = try acceptance.accept(proof)
        return proof.state
    }

    /// Runs several statements in one snapshot.
    ///
    /// - Throws: as `Engine.read(deadline:_:)`, and where the snapshot may not be shown.
    func read<T: Sendable>(
        _ deadline: Deadline, _ acceptance: Acceptance, _ body: @Sendable (any ReadSession) async throws -> T
    ) async throws -> T {
        try await readers.withConnection(deadline) { connection in
            try await connection.beginReading(deadline)
        } body: { connection, _ in
            var session = PostgresSession(connection: connection, deadline: deadline, servedBy: .primary)
            if acceptance.needsProof {
                let proof = try SnapshotProof(try await session.query(SnapshotProof.statement))
                session.servedBy = try acceptance.accept(proof)
            }
            let value = try await body(session)
            try await connection.commit(deadline)
            return value
        }
    }

    /// What the server says of itself.
    ///
    /// - Parameter asQuestion: over a connection for questions, which needs to be made anyhow, rather than the one for looks.
    /// - Throws: as `Engine.query(_:deadline:)`.
    func look(_ deadline: Deadline, asQuestion: Bool) async throws -> ServerLook {
        let pool = asQuestion ? readers : watcher
        do {
            let answers = try await ask(
                [ServerLook.statement, StoreState.statement], deadline, in: pool, sharing: false)
            return ServerLook(answers[0], state: try? StoreState(answers[1]))
        } catch let error as RollbookError where error.code == .notReady {
            return ServerLook(try await ask([ServerLook.statement], deadline, in: pool, sharing: false)[0], state: nil)
        }
    }

    private func ask(
        _ statements: [Statement], _ deadline: Deadline, in pool: ConnectionPool? = nil, sharing: Bool = true
    ) async throws -> [QueryResult] {
        try await (pool ?? readers).withConnection(deadline) { connection in
            try await connection.ask(statements, sharing: sharing, deadline: deadline)
        } body: { _, answers in
            answers
        }
    }
}
