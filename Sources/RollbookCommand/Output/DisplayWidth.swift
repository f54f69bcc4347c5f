extension String {
    /// The columns that the text takes on a terminal: wide characters take two, combining marks none.
    var displayWidth: Int { reduce(0) { $0 + $1.displayWidth } }

    /// The text with what would steer the terminal replaced.
    var printable: String {
        guard unicodeScalars.contains(where: \.steersTerminal) else { return self }
        var clean = String.UnicodeScalarView()
        for scalar in unicodeScalars { clean.append(scalar.steersTerminal ? "\u{FFFD}" : scalar) }
        return String(clean)
    }

    /// The text in so many columns: cut with an ellipsis where it is longer, filled with blanks where it is shorter.
    func fitted(to width: Int, right: Bool = false) -> String {
        let full = displayWidth
        if full <= width {
            let blanks = String(repeating: " ", count: width - full)
            return right ? blanks + self : self + blanks
        }
        var kept = ""
        var used = 0
        for character in self where used + character.displayWidth <= width - 1 {
            kept.append(character)
            used += character.displayWidth
            if used == width - 1 { break }
        }
        return kept + "…" + String(repeating: " ", count: max(0, width - 1 - used))
    }
}

extension Character {
    /// The columns that the character takes on a terminal.
    var displayWidth: Int { unicodeScalars.map(\.displayWidth).max() ?? 0 }
}

extension Unicode.Scalar {
    fileprivate var steersTerminal: Bool {
        [.control, .lineSeparator, .paragraphSeparator].contains(properties.generalCategory)
            || (0x202A...0x202E).contains(value) || (0x2066...0x2069).contains(value)
    }

    fileprivate var displayWidth: Int {
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control: return 0
        default: return Self.wide.contains { $0.contains(value) } ? 2 : 1
        }
    }

    /// Characters of East Asian scripts, their full-width forms, and pictures.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
        0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD,
    ]
}
