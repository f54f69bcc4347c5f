/// Bytes that are read once, from front to back: a file, what a gzip file holds, an entry of an archive.
protocol ByteSource: AnyObject {
    /// Fills the buffer's beginning and says with how many bytes; 0 means that there are no more.
    ///
    /// - Throws: ``RollbookError`` with `unreadableSource`, naming the file.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int
    /// How many of the stored (perhaps compressed) bytes have been read.
    var bytesRead: Int64 { get }
    /// How many there are, where known.
    var bytesTotal: Int64? { get }
}
