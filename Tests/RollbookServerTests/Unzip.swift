import CZlib

struct UnzipFailure: Error {}

/// What a gzip member holds.
func unzipped(_ bytes: [UInt8]) throws -> [UInt8] {
    var stream = z_stream()
    guard inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
        throw UnzipFailure()
    }
    defer { inflateEnd(&stream) }
    var input = bytes
    return try input.withUnsafeMutableBufferPointer { source in
        try [UInt8](unsafeUninitializedCapacity: 1 << 20) { target, count in
            stream.next_in = source.baseAddress
            stream.avail_in = UInt32(source.count)
            stream.next_out = target.baseAddress
            stream.avail_out = UInt32(target.count)
            guard inflate(&stream, Z_FINISH) == Z_STREAM_END else { throw UnzipFailure() }
            count = Int(stream.total_out)
        }
    }
}
