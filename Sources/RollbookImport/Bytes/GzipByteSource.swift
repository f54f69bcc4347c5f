import CZlib
import RollbookModel

/// What a gzip file holds, of one member or of several one after the other.
final class GzipByteSource: ByteSource {
    private let source: any ByteSource
    private let name: String
    private let compressed = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
    private var stream = z_stream()
    private var state = State.betweenMembers(isFirst: true)

    private enum State: Equatable {
        case betweenMembers(isFirst: Bool)
        case insideMember
        case atEnd
    }

    var bytesRead: Int64 { source.bytesRead }
    var bytesTotal: Int64? { source.bytesTotal }

    init(_ source: any ByteSource, name: String) throws {
        self.source = source
        self.name = name
        // 15 is the largest window there is; 16 more says that only gzip will do.
        guard inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw failure("no memory to decompress it")
        }
    }

    deinit {
        inflateEnd(&stream)
        compressed.deallocate()
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        guard let start = buffer.bindMemory(to: UInt8.self).baseAddress else { return 0 }
        stream.next_out = start
        stream.avail_out = uInt(clamping: buffer.count)
        let wanted = Int(stream.avail_out)
        while stream.avail_out > 0, state != .atEnd {
            if stream.avail_in == 0, try !fetch() { break }
            switch state {
            case .betweenMembers(let isFirst): try beginMember(isFirst: isFirst)
            case .insideMember: try inflateSome()
            case .atEnd: break
            }
        }
        return wanted - Int(stream.avail_out)
    }

    /// Reads compressed bytes; false, and the state is at its end, where there are no more and none were missing.
    private func fetch() throws -> Bool {
        let count = try source.read(into: compressed)
        stream.next_in = compressed.bindMemory(to: UInt8.self).baseAddress
        stream.avail_in = uInt(count)
        if count > 0 { return true }
        guard state == .betweenMembers(isFirst: false) else { throw failure("it ends in the middle") }
        state = .atEnd
        return false
    }

    private func beginMember(isFirst: Bool) throws {
        // Some writers fill the last block with zeros.
        while !isFirst, stream.avail_in > 0, stream.next_in.pointee == 0 {
            stream.next_in += 1
            stream.avail_in -= 1
        }
        guard stream.avail_in > 0 else { return }
        guard inflateReset(&stream) == Z_OK else { throw failure("its compressed bytes are damaged") }
        state = .insideMember
    }

    private func inflateSome() throws {
        switch inflate(&stream, Z_NO_FLUSH) {
        case Z_OK, Z_BUF_ERROR: break
        case Z_STREAM_END: state = .betweenMembers(isFirst: false)
        default: throw failure("its compressed bytes are damaged")
        }
    }

    private func failure(_ what: String) -> RollbookError {
        let engineMessage = stream.msg.map { String(cString: $0) }
        return RollbookError(
            .unreadableSource, "\(name) is no whole gzip file: \(what)", subject: name, engineMessage: engineMessage)
    }
}
