import CZlib
import RollbookModel

/// Compresses bodies.
enum Gzip {
    /// Below so many bytes the header costs more than compression saves.
    static let leastBytes = 1024

    /// The bytes as one gzip member. The same bytes give the same member: it carries no time.
    ///
    /// - Throws: ``RollbookError`` with `outOfResources` where zlib gets no memory.
    static func compress(_ bytes: [UInt8]) throws -> [UInt8] {
        var stream = z_stream()
        // 15 bits of window, and 16 more for gzip's own header.
        let status = deflateInit2_(
            &stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else { throw failure }
        defer { deflateEnd(&stream) }
        var input = bytes
        let room = Int(deflateBound(&stream, UInt(bytes.count)))
        return try input.withUnsafeMutableBufferPointer { source in
            try [UInt8](unsafeUninitializedCapacity: room) { target, count in
                stream.next_in = source.baseAddress
                stream.avail_in = UInt32(source.count)
                stream.next_out = target.baseAddress
                stream.avail_out = UInt32(target.count)
                guard deflate(&stream, Z_FINISH) == Z_STREAM_END else { throw failure }
                count = Int(stream.total_out)
            }
        }
    }

    private static var failure: RollbookError { RollbookError(.outOfResources, "the answer could not be compressed") }
}
