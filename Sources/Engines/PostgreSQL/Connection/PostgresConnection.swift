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
    ///
    /// - Throws: ``RollbookError`` with `unavailable`, naming host, port and database; `timedOut` and `cancelled` as the
    ///   deadline and the task say.
    func connect(_ deadline: Deadline) async throws {
        let timeLimit = texts.configuration.connectTimeout
        let isDeadline = deadline.timeLeft.map { $0 < timeLimit } ?? false
        do {
            try await stoppable(isDeadline ? deadline : .after(timeLimit)) { stop in try self.connect(stop) }
        } catch let error as RollbookError {
            switch error.code {
            case .cancelled: throw error
            case .timedOut where isDeadline: throw error
            case .timedOut: throw ConnectFailure.error(address, timeLimit: timeLimit)
            default: throw ConnectFailure.error(address, words: error.engineMessage ?? error.message)
            }
        }
    }

    private func connect(_ stop: Stop) throws {
        try wire.connect(address, applicationName: texts.configuration.applicationName, stop)
        guard wire.isNewEnough else { throw RollbookError(.unavailable, ConnectFailure.tooOld) }
        let results = try roundTrip([.text("SELECT pg_backend_pid()")], stop)
        let process = try results.first.map { try ResultDecoder.decode($0).first().integer } ?? nil
        prepared = process == wire.processNumber ? PreparedTexts() : nil
    }

    /// Stops whatever runs, for good.
    nonisolated func close() { wire.close() }

    /// Ends what a caller has left open.
    ///
    /// - Returns: whether the connection can be lent again.
    func settle() -> Bool {
        rollBack()
        return wire.isIdle
    }

    /// Whether the server answers; nothing else runs.
    var answers: Bool {
        onOwnThread {
            guard wire.isIdle else { return false }
            return (try? wire.runToEnd { try wire.pipeline([], on: $0) }) != nil
        }
    }

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
