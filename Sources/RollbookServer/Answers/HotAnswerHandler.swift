import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Answers what was asked before on the event loop, where the request was read; all other requests go on to the router.
///
/// It stands before the router's handlers in a connection's pipeline. It answers only while the router owes the
/// connection nothing, so that pipelined answers keep their order, and only while the client reads, so that answers do
/// not pile up.
final class HotAnswerHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let answers: HotAnswers
    private let observation: HotObservation
    private var dates = HTTPDateCache()
    /// Requests that the router has got and not answered to the end.
    private var outstanding = 0
    /// Whether the parts that come in belong to a request that was answered here.
    private var isSkipping = false
    /// Whether the connection ends with a request that the router has got.
    private var isClosing = false
    private var needsFlush = false
    /// Answers on their way out; the end of the connection waits for them.
    private var unwritten = 0
    /// Events that lead to the end of the connection, held back until then.
    private var held: [any Sendable] = []

    init(answers: HotAnswers, observation: HotObservation) {
        self.answers = answers
        self.observation = observation
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            let start = ContinuousClock.now
            if let (entry, response, body) = response(to: head, isWritable: context.channel.isWritable) {
                isSkipping = true
                write(response, body, context)
                entry.count()
                observation.count(head, entry.question, response.status, bytes: body?.readableBytes ?? 0, since: start)
            } else {
                outstanding += 1
                isClosing = isClosing || !Self.keepsAlive(head)
                context.fireChannelRead(data)
            }
        case .body:
            if !isSkipping { context.fireChannelRead(data) }
        case .end:
            if !isSkipping { context.fireChannelRead(data) }
            isSkipping = false
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if needsFlush {
            needsFlush = false
            context.flush()
        }
        context.fireChannelReadComplete()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) { outstanding -= 1 }
        context.write(data, promise: promise)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case let event as ChannelShouldQuiesceEvent where unwritten > 0: held.append(event)
        case let event as ChannelEvent where event == .inputClosed && unwritten > 0: held.append(event)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    /// The response to a request that was answered before and asks for nothing unusual.
    private func response(
        to head: HTTPRequest, isWritable: Bool
    ) -> (HotAnswers.Entry, HTTPResponse, ByteBuffer?)? {
        guard outstanding == 0, isWritable, !isClosing, held.isEmpty, head.method == .get, let target = head.path,
            Self.keepsAlive(head), !Self.hasBody(head), LoopbackMiddleware.refusal(of: head) == nil,
            let entry = answers.answer(to: target),
            let (response, body) = entry.answer.response(to: head.headerFields, isHit: true)
        else { return nil }
        return (entry, response, body)
    }

    private func write(_ response: HTTPResponse, _ body: ByteBuffer?, _ context: ChannelHandlerContext) {
        var response = response
        response.headerFields[.date] = dates.now()
        context.write(wrapOutboundOut(.head(response)), promise: nil)
        if let body { context.write(wrapOutboundOut(.body(body)), promise: nil) }
        let written = context.eventLoop.makePromise(of: Void.self)
        unwritten += 1
        let isolated = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        written.futureResult.whenComplete { _ in
            let (handler, context) = isolated.value
            handler.finish(context)
        }
        context.write(wrapOutboundOut(.end(nil)), promise: written)
        needsFlush = true
    }

    private func finish(_ context: ChannelHandlerContext) {
        unwritten -= 1
        guard unwritten == 0 else { return }
        let events = held
        held = []
        for event in events { context.fireUserInboundEventTriggered(event) }
    }

    private static func keepsAlive(_ head: HTTPRequest) -> Bool {
        guard let connection = head.headerFields[.connection] else { return true }
        return connection.lowercased() == "keep-alive"
    }

    private static func hasBody(_ head: HTTPRequest) -> Bool {
        if let length = head.headerFields[.contentLength], length != "0" { return true }
        return head.headerFields[.transferEncoding] != nil || head.headerFields[.expect] != nil
    }
}

@available(*, unavailable)
extension HotAnswerHandler: Sendable {}
