import CHiredis
import Foundation

/// One connection: commands go out as they come, replies come home in their order.
///
/// hiredis connects and understands what the server says; the socket is waited for by ``SocketLoop``.
actor RedisConnection {
    private struct Round {
        var missing: Int
        var replies: [RedisReply] = []
        let deadline: ContinuousClock.Instant
        let limit: Duration
        /// How many bytes had come in when it began.
        let receivedBefore: Int
        let continuation: CheckedContinuation<[RedisReply], any Error>

        /// What comes in is on its way: a long answer takes longer than a server that stands still may.
        func deadline(having received: Int) -> ContinuousClock.Instant {
            deadline + RedisConnection.time(for: received - receivedBefore)
        }
    }

    /// How long so many bytes may take: 10 MB a second is a slow network.
    static func time(for bytes: Int) -> Duration { .nanoseconds(max(bytes, 0) * 100) }

    nonisolated let loop: SocketLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    private var socket: RedisSocket?
    private var rounds: [Round] = []
    private var outgoing: [UInt8] = []
    private var sent = 0
    private var opening: (continuation: CheckedContinuation<Void, any Error>, deadline: ContinuousClock.Instant)?
    private var silenceEnds: ContinuousClock.Instant?
    private var failure: RedisFailure?
    private var endWaiters: [CheckedContinuation<RedisFailure, Never>] = []
    /// Takes what the server says unasked; nil: every reply is one to a command.
    private let onPush: (@Sendable (RedisReply) -> Void)?
    private var isListening = false

    init(on loop: SocketLoop, onPush: (@Sendable (RedisReply) -> Void)? = nil) {
        self.loop = loop
        self.onPush = onPush
    }

    /// Connects.
    ///
    /// - Throws: ``RedisFailure``.
    func open(_ place: RedisAddress.Place, within limit: Duration) async throws {
        socket = try RedisSocket(connectingTo: place)
        try await withCheckedThrowingContinuation { continuation in
            opening = (continuation, .now + limit)
            updateWatch()
        }
    }

    /// Sends commands together and gives their replies, in their order.
    ///
    /// - Throws: ``RedisFailure``; the connection is of no use then.
    func send(_ commands: [RedisCommand], within limit: Duration) async throws -> [RedisReply] {
        if let failure { throw failure }
        return try await withCheckedThrowingContinuation { continuation in
            for command in commands { command.write(to: &outgoing) }
            let deadline = ContinuousClock.now + limit + Self.time(for: outgoing.count - sent)
            rounds.append(
                Round(
                    missing: commands.count, deadline: deadline, limit: limit, receivedBefore: socket?.received ?? 0,
                    continuation: continuation))
            flush()
            updateWatch()
        }
    }

    /// From now on the server speaks unasked, which the command tells it to.
    func listen(_ command: RedisCommand) {
        isListening = true
        say(command)
    }

    /// Asks a server that speaks unasked whether it is there; one that says nothing for so long is given up.
    func probe(within limit: Duration) {
        if silenceEnds == nil { silenceEnds = .now + limit }
        say(["PING"])
    }

    /// Ends the connection.
    func close() { end(.closed) }

    /// Waits until the connection has ended, and gives the reason.
    var ended: RedisFailure {
        get async {
            if let failure { return failure }
            return await withCheckedContinuation { endWaiters.append($0) }
        }
    }

    private func say(_ command: RedisCommand) {
        guard failure == nil else { return }
        command.write(to: &outgoing)
        flush()
        updateWatch()
    }
}

extension RedisConnection {
    /// The socket can be used, or a deadline has passed.
    private func serve() {
        guard failure == nil, let socket else { return }
        if let opening {
            if let outcome = socket.connectOutcome() {
                self.opening = nil
                switch outcome {
                case .success: opening.continuation.resume()
                case .failure(let failure):
                    opening.continuation.resume(throwing: failure)
                    end(failure)
                }
            } else if opening.deadline <= .now {
                self.opening = nil
                let failure = RedisFailure("it could not be connected to in time")
                opening.continuation.resume(throwing: failure)
                end(failure)
            }
            return updateWatch()
        }
        flush()
        receive()
        if let late = rounds.first, late.deadline(having: socket.received) <= .now { end(.tooSlow(late.limit)) }
        if let silenceEnds, silenceEnds <= .now { end(RedisFailure("it has fallen silent")) }
        updateWatch()
    }

    private func flush() {
        guard failure == nil, opening == nil, let socket, sent < outgoing.count else { return }
        switch socket.write(outgoing[sent...]) {
        case .success(let count): sent += count
        case .failure(let failure): return end(failure)
        }
        if sent == outgoing.count {
            outgoing.removeAll(keepingCapacity: outgoing.capacity < 1 << 16)
            sent = 0
        }
    }

    private func receive() {
        guard let socket else { return }
        do {
            for reply in try socket.read() {
                silenceEnds = nil
                take(reply)
            }
        } catch let failure as RedisFailure { end(failure) } catch { end(.lost) }
    }

    private func take(_ reply: RedisReply) {
        if isListening {
            onPush?(reply)
        } else if rounds.isEmpty {
            end(.notReplies)
        } else {
            rounds[0].replies.append(reply)
            rounds[0].missing -= 1
            guard rounds[0].missing == 0 else { return }
            let round = rounds.removeFirst()
            round.continuation.resume(returning: round.replies)
        }
    }

    private func end(_ reason: RedisFailure) {
        guard failure == nil else { return }
        failure = reason
        socket = nil
        loop.watch(nil)
        let opening = self.opening
        let (rounds, waiters) = (self.rounds, endWaiters)
        self.opening = nil
        (self.rounds, endWaiters) = ([], [])
        opening?.continuation.resume(throwing: reason)
        for round in rounds { round.continuation.resume(throwing: reason) }
        for waiter in waiters { waiter.resume(returning: reason) }
    }

    private func updateWatch() {
        guard failure == nil, let socket else { return }
        let lateAt = rounds.first?.deadline(having: socket.received)
        let deadlines = [opening?.deadline, lateAt, silenceEnds].compactMap { $0 }
        loop.watch(
            SocketLoop.Watch(
                descriptor: socket.descriptor, wantsToWrite: opening != nil || sent < outgoing.count,
                deadline: deadlines.min()
            ) { [weak self] in self?.assumeIsolated { $0.serve() } })
    }
}
