import Foundation
import Synchronization

/// A response as it came over the wire.
struct RawResponse: Sendable {
    let status: Int
    /// The lines after the first, as they came.
    let headerLines: [String]
    let body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }

    /// The JSON object of the body.
    func object() throws -> [String: Any] {
        try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any] ?? [:]
    }

    subscript(header: String) -> String? {
        headerLines.first { $0.lowercased().hasPrefix(header.lowercased() + ": ") }.map {
            String($0.dropFirst(header.count + 2))
        }
    }
}

/// A socket that says exactly what a test wants said: what a client library would add, mend or unpack is what is tested.
final class RawConnection: Sendable {
    struct Failure: Error {
        let reason: String
    }

    private let socket: Int32
    private let queue = DispatchQueue(label: "raw connection")
    /// What came with the last responses, and belongs to the next ones.
    private let unread = Mutex<[UInt8]>([])

    /// Connects.
    ///
    /// - Parameter window: how many bytes may wait unread, about; nil: as many as the system likes.
    init(port: Int, window: Int32? = nil) throws {
        socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if var window { setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &window, socklen_t(MemoryLayout<Int32>.size)) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        // The limit only turns a defect into a failure.
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        let socket = self.socket
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else { throw Failure(reason: "connect: \(errno)") }
    }

    deinit { close(socket) }

    func send(_ text: String) throws {
        let bytes = Array(text.utf8)
        guard Foundation.send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
            throw Failure(reason: "send: \(errno)")
        }
    }

    /// The next responses; the flags say which have no body whatever their length says.
    func receive(_ count: Int, headOnly: Bool = false) async throws -> [RawResponse] {
        try await onQueue { [self] in
            var buffer = unread.withLock { $0 }
            var responses: [RawResponse] = []
            while responses.count < count {
                if let response = Self.parse(&buffer, headOnly: headOnly) {
                    responses.append(response)
                } else {
                    let more = readSome()
                    guard !more.isEmpty else {
                        throw Failure(reason: "the connection ended after \(responses.count) responses")
                    }
                    buffer += more
                }
            }
            unread.withLock { $0 = buffer }
            return responses
        }
    }

    /// Whether the server ends the connection without a further byte.
    func ends() async throws -> Bool { try await onQueue { [self] in readSome().isEmpty && errno != EAGAIN } }

    private func onQueue<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result(catching: body)) }
        }
    }

    private func readSome() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        errno = 0
        let count = recv(socket, &bytes, bytes.count, 0)
        return Array(bytes.prefix(max(0, count)))
    }

    private static func parse(_ buffer: inout [UInt8], headOnly: Bool) -> RawResponse? {
        guard let end = buffer.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: buffer[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        let status = Int(lines[0].split(separator: " ")[1]) ?? 0
        let length = lines.first { $0.lowercased().hasPrefix("content-length: ") }.flatMap { Int($0.dropFirst(16)) }
        let bodyCount = headOnly || status == 304 ? 0 : length ?? 0
        guard buffer.count >= end.upperBound + bodyCount else { return nil }
        let body = Array(buffer[end.upperBound..<end.upperBound + bodyCount])
        buffer.removeFirst(end.upperBound + bodyCount)
        return RawResponse(status: status, headerLines: Array(lines.dropFirst()), body: body)
    }
}
