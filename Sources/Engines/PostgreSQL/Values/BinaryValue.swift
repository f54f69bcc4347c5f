import RollbookModel

/// Reads PostgreSQL's binary values. Bytes that are no value of their type give nil; none of them can crash.
enum BinaryValue {
    /// A whole number of exactly its type's size.
    static func integer<T: FixedWidthInteger>(_ bytes: UnsafeRawBufferPointer, _ type: T.Type) -> T? {
        guard bytes.count == MemoryLayout<T>.size else { return nil }
        return T(bigEndian: bytes.loadUnaligned(as: T.self))
    }

    /// `float4` or `float8`.
    static func double(_ bytes: UnsafeRawBufferPointer) -> Double? {
        bytes.count == 4
            ? integer(bytes, UInt32.self).map { Double(Float(bitPattern: $0)) }
            : integer(bytes, UInt64.self).map(Double.init(bitPattern:))
    }

    /// Days since 1970-01-01; nil for the two infinities, too.
    static func date(_ bytes: UnsafeRawBufferPointer) -> Int32? {
        guard let days = integer(bytes, Int32.self), days != .max, days != .min else { return nil }
        let (sum, overflow) = days.addingReportingOverflow(PostgresType.epochDays)
        return overflow ? nil : sum
    }

    /// Microseconds since 1970; nil for the two infinities, too.
    static func instant(_ bytes: UnsafeRawBufferPointer) -> Int64? {
        guard let microseconds = integer(bytes, Int64.self), microseconds != .max, microseconds != .min else {
            return nil
        }
        let (sum, overflow) = microseconds.addingReportingOverflow(PostgresType.epochMicroseconds)
        return overflow ? nil : sum
    }

    /// The number of decimals that a `numeric` carries; nil for what is no number.
    static func numericScale(_ bytes: UnsafeRawBufferPointer) -> Int? {
        NumericHeader(bytes).map { Int($0.scale) }
    }

    /// A `numeric` in units of 10 to the power of minus `scale`; nil where it does not fit, and for what is no number.
    static func numeric(_ bytes: UnsafeRawBufferPointer, scale: Int) -> Int64? {
        guard let header = NumericHeader(bytes), (0...18).contains(scale) else { return nil }
        var units: Int64 = 0
        for index in 0..<header.digitCount {
            let start = NumericHeader.size + 2 * index
            guard let digit = integer(UnsafeRawBufferPointer(rebasing: bytes[start..<start + 2]), UInt16.self),
                digit < 10_000
            else { return nil }
            if digit == 0 { continue }
            // The digit stands for digit x 10,000^(weight - index), in units of 10^-scale.
            let exponent = 4 * (header.weight - index) + scale
            guard let part = scaled(Int64(digit), exponent) else { return nil }
            let (sum, overflow) = units.subtractingReportingOverflow(part)
            if overflow { return nil }
            units = sum
        }
        // Collected below zero, where there is room for the lowest number, too.
        if header.isNegative { return units }
        return units == .min ? nil : -units
    }

    private static func scaled(_ digit: Int64, _ exponent: Int) -> Int64? {
        if exponent < 0 {
            guard exponent > -4 else { return nil }
            let (quotient, remainder) = digit.quotientAndRemainder(dividingBy: Int64(powersOfTen[-exponent]))
            return remainder == 0 ? quotient : nil
        }
        guard exponent <= 18 else { return nil }
        let (product, overflow) = digit.multipliedReportingOverflow(by: Int64(powersOfTen[exponent]))
        return overflow ? nil : product
    }
}

/// What stands before a `numeric`'s digits.
private struct NumericHeader {
    static let size = 8
    let digitCount: Int
    let weight: Int
    let isNegative: Bool
    let scale: UInt16

    /// Nil where the bytes are no number: too short, too long, an infinity or `NaN`.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= Self.size else { return nil }
        let part = { (index: Int) in UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self))
        }
        let sign = part(2)
        guard bytes.count == Self.size + 2 * Int(part(0)), sign == 0 || sign == 0x4000 else { return nil }
        digitCount = Int(part(0))
        weight = Int(Int16(bitPattern: part(1)))
        isNegative = sign == 0x4000
        scale = part(3)
    }
}
