import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Ends a connection in good order while the server shuts down: its next answer says that it is the last one, and the
/// connection is closed when all of that answer is with the client, however slowly it reads.
///
/// It stands before all that answers in a connection's pipeline, next to the bytes.
final class DrainHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// How long a client may take to close its half after the last answer.
    private static let patience = TimeAmount.seconds(2)

    private let readiness: ReadinessState
    /// Requests that came in and are not answered to the end.
    private var outstanding = 0
    /// Answers that were written to the end and are not on the wire yet.
    private var unwritten = 0
    /// Whether an answer has said that it is the last one.
    private var hasSaidClose = false
    /// Whether what comes in belongs to a request after the last answer; the client asks it again elsewhere.
    private var isSkipping = false
    /// Whether somebody wants the connection closed, and who wants to know when it is.
    private var wantsClose = false
    private var closed: EventLoopPromise<Void>?
    /// Whether this half is closed.
    private var isEnding = false
    private var giveUp: Scheduled<Void>?

    init(readiness: ReadinessState) { self.readiness = readiness }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head = unwrapInboundIn(data) {
            isSkipping = hasSaidClose
            if !isSkipping { outstanding += 1 }
        }
        if !isSkipping { context.fireChannelRead(data) }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head) where isLast(head):
            hasSaidClose = true
            head.headerFields[.connection] = "close"
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .end:
            outstanding -= 1
            context.write(data, promise: watched(promise, context))
        default: context.write(data, promise: promise)
        }
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        // To close both halves at once would take from the client what it has not read yet.
        guard mode == .all, readiness.isDraining, hasSaidClose || unwritten > 0, !wantsClose else {
            return context.close(mode: mode, promise: promise)
        }
        (wantsClose, closed) = (true, promise)
        endIfDone(context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        giveUp?.cancel()
        closed?.succeed()
        closed = nil
        context.fireChannelInactive()
    }

    /// Whether the connection ends with an answer that begins so. Requests that came in before are answered first.
    private func isLast(_ head: HTTPResponse) -> Bool {
        readiness.isDraining && outstanding == 1 && head.status.kind != .informational
    }

    /// A promise that also tells this handler when the end of an answer is on the wire.
    private func watched(
        _ promise: EventLoopPromise<Void>?, _ context: ChannelHandlerContext
    ) -> EventLoopPromise<Void> {
        let written = promise ?? context.eventLoop.makePromise(of: Void.self)
        unwritten += 1
        let isolated = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        written.futureResult.whenComplete { _ in
            let (handler, context) = isolated.value
            handler.unwritten -= 1
            handler.endIfDone(context)
        }
        return written
    }

    /// Closes this half when the last answer is on the wire; the client closes its own when it has read it.
    private func endIfDone(_ context: ChannelHandlerContext) {
        guard unwritten == 0, wantsClose || hasSaidClose && outstanding == 0, !isEnding else { return }
        isEnding = true
        let isolated = NIOLoopBound(context, eventLoop: context.eventLoop)
        giveUp = context.eventLoop.scheduleTask(in: Self.patience) { isolated.value.close(mode: .all, promise: nil) }
        context.close(mode: .output, promise: nil)
    }
}

@available(*, unavailable)
extension DrainHandler: Sendable {}
