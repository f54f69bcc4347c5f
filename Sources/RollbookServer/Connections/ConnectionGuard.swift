import Hummingbird
import HummingbirdCore
import NIOCore
import NIOHTTPTypes
import Synchronization

/// Ends connections on which nothing happens: ones without a request, requests that never become whole, and answers that
/// nobody takes. Stands before everything else that knows requests, so that it sees those answered on the event loop, too.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let limits: ConnectionLimits
    private let count: ConnectionCount
    private var phase = ConnectionPhase()
    private var hasReadParts = false
    private var clock: RepeatedTask?

    init(limits: ConnectionLimits, count: ConnectionCount) {
        self.limits = limits
        self.count = count
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let isolated = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        clock = context.eventLoop.scheduleRepeatedTask(initialDelay: limits.tick, delay: limits.tick) { _ in
            let (handler, context) = isolated.value
            handler.tick(context)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        clock?.cancel()
        clock = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        clock?.cancel()
        clock = nil
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        hasReadParts = true
        switch unwrapInboundIn(data) {
        case .head: phase.readHead()
        case .body: break
        case .end: phase.readEnd()
        }
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if !hasReadParts { phase.readBytes() }
        hasReadParts = false
        context.fireChannelReadComplete()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .end = unwrapOutboundIn(data) else { return context.write(data, promise: promise) }
        phase.wroteEnd()
        let written = promise ?? context.eventLoop.makePromise(of: Void.self)
        let isolated = NIOLoopBound(self, eventLoop: context.eventLoop)
        written.futureResult.whenComplete { _ in isolated.value.phase.flushed() }
        context.write(data, promise: written)
    }

    private func tick(_ context: ChannelHandlerContext) {
        guard let reason = phase.tick(limits.phases) else { return }
        clock?.cancel()
        clock = nil
        count.closed(reason)
        context.close(promise: nil)
    }
}

@available(*, unavailable)
extension ConnectionGuard: Sendable {}

/// How long connections may keep a server waiting, and how many there may be.
public struct ConnectionLimits: Hashable, Sendable {
    /// The most connections; further ones wait until one ends.
    public var connections: Int
    /// How long a connection may stay open without a request.
    public var idle: Duration
    /// How long a request may take to arrive: its head, and its body.
    public var request: Duration
    /// How long a client may take to receive an answer.
    public var answer: Duration

    /// Sets limits.
    public init(
        connections: Int = 1024, idle: Duration = .seconds(75), request: Duration = .seconds(15),
        answer: Duration = .seconds(60)
    ) {
        self.connections = max(1, connections)
        self.idle = idle
        self.request = request
        self.answer = answer
    }

    /// How often connections are looked at: often enough for the shortest limit, and not more often than that needs.
    var tick: TimeAmount { .nanoseconds(max(25_000_000, Int64(min(idle, request, answer) / .nanoseconds(1)) / 4)) }

    var phases: ConnectionPhase.Limits {
        let ticks = { (limit: Duration) in Int((limit / .nanoseconds(1) / Double(tick.nanoseconds)).rounded(.up)) }
        return ConnectionPhase.Limits(idle: ticks(idle), reading: ticks(request), writing: ticks(answer))
    }
}

/// Counts connections, lets no more in than there may be, and remembers why some were given up.
final class ConnectionCount: AvailableConnectionsDelegate, Sendable {
    let maximum: Int
    private let open = Atomic<Int>(0)
    private let idle = Atomic<Int64>(0)
    private let slowRequests = Atomic<Int64>(0)
    private let slowReaders = Atomic<Int64>(0)

    init(maximum: Int) { self.maximum = maximum }

    /// How many are open.
    var current: Int { open.load(ordering: .relaxed) }

    func connectionOpened() { open.wrappingAdd(1, ordering: .relaxed) }
    func connectionClosed() { open.wrappingSubtract(1, ordering: .relaxed) }
    func isAcceptingNewConnections() -> Bool { current < maximum }

    /// One was given up.
    func closed(_ reason: ConnectionPhase.Reason) {
        switch reason {
        case .idle: idle.wrappingAdd(1, ordering: .relaxed)
        case .slowRequest: slowRequests.wrappingAdd(1, ordering: .relaxed)
        case .slowReader: slowReaders.wrappingAdd(1, ordering: .relaxed)
        }
    }

    /// How many were given up for a reason.
    func closedCount(_ reason: ConnectionPhase.Reason) -> Int64 {
        switch reason {
        case .idle: idle.load(ordering: .relaxed)
        case .slowRequest: slowRequests.load(ordering: .relaxed)
        case .slowReader: slowReaders.load(ordering: .relaxed)
        }
    }
}
