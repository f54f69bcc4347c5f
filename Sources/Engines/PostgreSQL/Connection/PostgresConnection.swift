import CLibPQ
import RollbookModel
import RollbookStore

/// One connection, on a thread of its own.
actor PostgresConnection {
    let wire: PostgresWire
    let texts: TransactionText
    private let address: PostgresAddress
    private let executor: QueueExecutor
    /// What the server keeps parsed; nil where it keeps nothing, because a pooler gives each transaction another server.
    var prepared: PreparedTexts?

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(_ address: PostgresAddress, _ configuration: PostgresConfiguration) throws {
        self.address = address
        texts = TransactionText(configuration: configuration)
        executor = QueueExecutor(label: "rollbook.postgresql")
        wire = try PostgresWire()
    }

    /// Makes the connection, within the connect timeout and the deadline.
    func connect(_ deadline: Deadline) async throws {
        let limit = texts.configuration.connectTimeout
        let own = Deadline.after(limit)
        let isOwn = deadline.instant.map { asked in own.instant.map { $0 < asked } ?? false } ?? true
        try await stoppable(isOwn ? own : deadline) { stop in
            try self.wire.connect(self.address, self.texts.configuration, stop, timeLimit: isOwn ? limit : nil)
            let results = try self.roundTrip([.text("SELECT pg_backend_pid()")], stop)
            let process = try results.first.map { try ResultDecoder.decode($0).first().integer } ?? nil
            self.prepared = process == self.wire.processNumber ? PreparedTexts() : nil
        }
    }

    /// Stops whatever runs, for good.
    nonisolated func close() { wire.close() }

    /// Whether the connection could be lent again: it is there, nothing runs on it, and the server has not hung up.
    var isReusable: Bool { wire.isIdle && wire.isQuiet }

    /// Sends commands in one round trip.
    ///
    /// - Throws: ``RollbookError`` for the first that failed.
    func roundTrip(_ commands: [Command], _ stop: Stop) throws -> [PostgresResult] {
        let outcome = try send(commands, stop)
        if let failure = outcome.failure { throw failure.error(wire.interruption) }
        return outcome.results
    }

    /// Sends commands in one round trip, and leaves their failure to the caller.
    func send(_ commands: [Command], _ stop: Stop) throws -> PipelineOutcome {
        try wire.run(stop) { try wire.pipeline(commands, on: $0) }
    }

    /// Ends a transaction that failed, so that the connection is as before it; gives it up where it does not answer.
    func rollBack() {
        onOwnThread {
            guard !wire.isIdle else { return }
            let outcome = try? wire.runToEnd { try wire.pipeline([.text(TransactionText.rollback)], on: $0) }
            if outcome == nil || outcome?.failure != nil { wire.finish() }
        }
    }

    /// Runs what blocks, so that the deadline and the task's cancellation end it.
    func stoppable<T: Sendable>(_ deadline: Deadline, _ body: (Stop) throws -> T) async throws -> T {
        let stop = Stop(deadline, wire.wakeUp)
        return try await withTaskCancellationHandler {
            try onOwnThread { try body(stop) }
        } onCancel: {
            stop.cancel()
        }
    }

    /// Runs what blocks. A closure that does not mention the actor would leave its thread and block one of Swift's own.
    private func onOwnThread<T>(_ body: () throws -> T) rethrows -> T {
        assertIsolated("a blocking call must run on the connection's own thread")
        return try body()
    }
}
