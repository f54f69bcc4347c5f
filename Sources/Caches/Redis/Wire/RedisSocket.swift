import CHiredis
import Foundation

/// The socket of a connection, and hiredis's reader of what comes in. It never waits but for the look-up of a name.
final class RedisSocket {
    private let context: UnsafeMutablePointer<redisContext>
    private var buffer = [UInt8](repeating: 0, count: 1 << 16)

    /// Begins to connect.
    ///
    /// - Throws: ``RedisFailure``.
    init(connectingTo place: RedisAddress.Place) throws {
        let made =
            switch place {
            case .host(let host, let port): redisConnectNonBlock(host, Int32(port))
            case .socket(let path): redisConnectUnixNonBlock(path)
            }
        guard let made else { throw RedisFailure("there is no memory for a connection") }
        context = made
        guard made.pointee.err == 0 else {
            throw RedisFailure("it cannot be connected to: \(Self.words(of: made))")
        }
        _ = fcntl(made.pointee.fd, F_SETFD, FD_CLOEXEC)
    }

    /// How many bytes have come in.
    private(set) var received = 0

    deinit { redisFree(context) }

    var descriptor: Int32 { context.pointee.fd }

    /// Whether the connection has come about; nil where that is not known yet.
    func connectOutcome() -> Result<Void, RedisFailure>? {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        guard poll(&waiting, 1, 0) > 0 else { return nil }
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length) == 0, code == 0 else {
            return .failure(RedisFailure("it cannot be connected to: \(String(cString: strerror(code)))"))
        }
        return .success(())
    }

    /// Writes as much as goes without waiting. A signal must not end the process where the other side has gone.
    func write(_ bytes: ArraySlice<UInt8>) -> Result<Int, RedisFailure> {
        var total = 0
        while total < bytes.count {
            let count = bytes.withUnsafeBytes { bytes in
                send(
                    descriptor, bytes.baseAddress.map { $0 + total }, bytes.count - total,
                    Int32(MSG_NOSIGNAL))
            }
            if count > 0 {
                total += count
            } else if errno == EINTR {
                continue
            } else if errno == EAGAIN || errno == EWOULDBLOCK {
                break
            } else {
                return .failure(.lost)
            }
        }
        return .success(total)
    }

    /// The replies that have come in whole.
    ///
    /// - Throws: ``RedisFailure`` where the connection has ended, or what comes in is none of a Redis server.
    func read() throws -> [RedisReply] {
        var replies: [RedisReply] = []
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN || errno == EWOULDBLOCK { return replies }
            guard count > 0 else { throw RedisFailure.lost }
            received += count
            let fed = buffer.withUnsafeBytes {
                redisReaderFeed(context.pointee.reader, $0.bindMemory(to: CChar.self).baseAddress, count)
            }
            guard fed == REDIS_OK else { throw RedisFailure.notReplies }
            while let reply = try nextReply() { replies.append(reply) }
            if count < buffer.count { return replies }
        }
    }

    private func nextReply() throws -> RedisReply? {
        var reply: UnsafeMutableRawPointer?
        guard redisReaderGetReply(context.pointee.reader, &reply) == REDIS_OK else { throw RedisFailure.notReplies }
        guard let reply else { return nil }
        defer { freeReplyObject(reply) }
        return RedisReply(reply.assumingMemoryBound(to: redisReply.self))
    }

    private static func words(of context: UnsafeMutablePointer<redisContext>) -> String {
        withUnsafeBytes(of: context.pointee.errstr) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
