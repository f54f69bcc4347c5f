import RollbookModel
import Synchronization

/// A connection that is made anew whenever it breaks. While it is not there, whoever needs it is told at once.
final class RedisLink: Sendable {
    enum Status: Sendable {
        /// Nobody has tried yet, or the first try is under way.
        case beginning
        case ready(RedisConnection)
        case down(RedisFailure)
        case closed
    }

    private struct State {
        var status = Status.beginning
        var plan = ReconnectPlan()
        var supervisor: Task<Void, Never>?
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
        var lastWaiter = 0

        mutating func takeWaiters() -> [CheckedContinuation<Void, Never>] {
            defer { waiters = [:] }
            return Array(waiters.values)
        }
    }

    private let configuration: RedisConfiguration
    private let label: String
    private let subscription: Subscription?
    private let state = Mutex(State())

    /// What a link is for that listens, rather than asks.
    struct Subscription: Sendable {
        let channel: String
        let receive: @Sendable (RedisReply) -> Void

        /// Whether the server says that it will tell.
        static func isConfirmed(by reply: RedisReply) -> Bool {
            reply.list?.first?.bytes == Array("subscribe".utf8)
        }
    }

    init(_ configuration: RedisConfiguration, label: String, subscription: Subscription? = nil) {
        self.configuration = configuration
        self.label = label
        self.subscription = subscription
    }

    deinit {
        let state = state.withLock { $0 }
        state.supervisor?.cancel()
        if case .ready(let connection) = state.status { Task { await connection.close() } }
    }

    /// Why it is of no use now; nil where it is, or where that is not known yet.
    var failure: RedisFailure? {
        switch state.withLock({ $0.status }) {
        case .beginning, .ready: nil
        case .down(let failure): failure
        case .closed: .closed
        }
    }

    /// How many tries have failed since it last did what it is there for.
    var failures: Int { state.withLock { $0.plan.failures } }

    /// Begins to connect, where nobody has yet.
    func start() {
        let onPush = onPush
        state.withLock { state in
            guard state.supervisor == nil, case .beginning = state.status else { return }
            state.supervisor = Task { [weak self, configuration, label, subscription] in
                let loop = SocketLoop(label: "rollbook.redis.\(label)")
                while !Task.isCancelled {
                    let connection = RedisConnection(on: loop, onPush: onPush)
                    let failure = await Self.use(connection, configuration, subscription) { self?.became($0) }
                    guard let delay = self?.failed(failure) else { return }
                    try? await Task.sleep(for: delay)
                }
            }
        }
    }

    /// Takes what a server tells; that it will tell is what a link that only listens is there for.
    private var onPush: (@Sendable (RedisReply) -> Void)? {
        guard let subscription else { return nil }
        return { [weak self] reply in
            if Subscription.isConfirmed(by: reply) { self?.succeeded() }
            subscription.receive(reply)
        }
    }

    /// Waits until the first try to connect has ended, well or not, but no longer than this.
    func settled(within limit: Duration) async {
        start()
        await withCheckedContinuation { continuation in
            let number: Int? = state.withLock { state in
                guard case .beginning = state.status else { return nil }
                state.lastWaiter += 1
                state.waiters[state.lastWaiter] = continuation
                return state.lastWaiter
            }
            guard let number else { return continuation.resume() }
            Task { [weak self] in
                try? await Task.sleep(for: limit)
                self?.wake(number)
            }
        }
    }

    private func wake(_ number: Int) { state.withLock { $0.waiters.removeValue(forKey: number) }?.resume() }

    private func succeeded() { state.withLock { $0.plan.succeeded() } }

    /// Sends commands together and gives their replies.
    ///
    /// - Throws: ``RedisFailure``; at once where there is no connection, but for the first one, which is waited for as long
    ///   as for a reply.
    func send(_ commands: RedisCommand...) async throws -> [RedisReply] {
        if case .beginning = state.withLock({ $0.status }) { await settled(within: configuration.commandTimeout) }
        let connection: RedisConnection
        switch state.withLock({ $0.status }) {
        case .ready(let ready): connection = ready
        case .beginning: throw RedisFailure("it is being connected to")
        case .down(let failure): throw failure
        case .closed: throw RedisFailure.closed
        }
        do {
            let replies = try await connection.send(commands, within: configuration.commandTimeout)
            succeeded()
            return replies
        } catch {
            // Nobody else is to wait for a connection that has just failed, however late it says so itself.
            let failure = error as? RedisFailure ?? .lost
            state.withLock { state in
                if case .ready(let current) = state.status, current === connection { state.status = .down(failure) }
            }
            throw failure
        }
    }

    /// Asks a server that is listened to whether it is still there.
    func probe() async {
        if case .ready(let connection) = state.withLock({ $0.status }) {
            await connection.probe(within: configuration.connectTimeout * 2)
        }
    }

    /// Ends the connection for good.
    func close() async {
        let (supervisor, status, waiters) = state.withLock { state in
            defer { state.status = .closed }
            return (state.supervisor, state.status, state.takeWaiters())
        }
        supervisor?.cancel()
        for waiter in waiters { waiter.resume() }
        if case .ready(let connection) = status { await connection.close() }
    }

    /// Connects, introduces itself, and stays until the connection ends.
    private static func use(
        _ connection: RedisConnection, _ configuration: RedisConfiguration, _ subscription: Subscription?,
        _ became: (RedisConnection) -> Bool?
    ) async -> RedisFailure {
        do {
            try await connection.open(configuration.address.place, within: configuration.connectTimeout)
            try await introduce(connection, configuration)
            if let subscription { await connection.listen(["SUBSCRIBE", subscription.channel]) }
            guard became(connection) == true else {
                await connection.close()
                return .closed
            }
            return await connection.ended
        } catch {
            await connection.close()
            return error as? RedisFailure ?? .lost
        }
    }

    /// Says who asks and which database is meant, and sees that the server answers.
    private static func introduce(_ connection: RedisConnection, _ configuration: RedisConfiguration) async throws {
        let address = configuration.address
        var commands: [RedisCommand] = []
        if let password = address.password {
            commands.append(RedisCommand(["AUTH"] + (address.user.map { [$0] } ?? []) + [password]))
        }
        commands.append(["SELECT", "\(address.database)"])
        commands.append(["PING"])
        let replies = try await connection.send(commands, within: configuration.connectTimeout)
        // The first refusal is the reason of those after it.
        for (reply, step) in zip(replies, (address.password == nil ? [] : ["AUTH"]) + ["SELECT", "PING"]) {
            if let refusal = reply.refusal { throw RedisFailure(words(for: refusal, at: step)) }
        }
    }

    /// What a refusal means. The server's own words are left out: they may quote what they refuse.
    private static func words(for refusal: String, at step: String) -> String {
        switch (refusal, step) {
        case ("WRONGPASS", _), (_, "AUTH"): "it refused the user or the password (\(refusal))"
        case ("NOAUTH", _): "it wants a password (NOAUTH)"
        case ("LOADING", _): "it is still loading its data (LOADING)"
        case (_, "SELECT"): "it has no database of that number, or not for this user (\(refusal))"
        default: "it refused to answer (\(refusal))"
        }
    }

    private func became(_ connection: RedisConnection) -> Bool {
        let (isWanted, waiters) = state.withLock { state in
            if case .closed = state.status { return (false, [CheckedContinuation<Void, Never>]()) }
            state.status = .ready(connection)
            return (true, state.takeWaiters())
        }
        for waiter in waiters { waiter.resume() }
        return isWanted
    }

    /// Notes a failure, and gives the wait until the next try; nil where there is to be none.
    private func failed(_ failure: RedisFailure) -> Duration? {
        let (delay, waiters) = state.withLock { state -> (Duration?, [CheckedContinuation<Void, Never>]) in
            if case .closed = state.status { return (nil, []) }
            state.status = .down(failure)
            // A link that only listens has done its part when it was there at all.
            return (state.plan.delay(), state.takeWaiters())
        }
        for waiter in waiters { waiter.resume() }
        return delay
    }
}
