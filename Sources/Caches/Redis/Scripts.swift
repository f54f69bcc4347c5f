/// What has to happen on the server in one step.
enum Scripts {
    /// Gives the answer and its time, or takes the lease (1), or says that another has it (0). A lease without an end, or
    /// with one far away, is nobody's: something else was put there.
    static let claim = """
        local found = redis.pcall('GET', KEYS[1])
        if type(found) == 'string' then return {found, redis.call('PTTL', KEYS[1])} end
        local left = redis.call('PTTL', KEYS[2])
        if left == -1 or left > 10 * tonumber(ARGV[2]) then redis.call('DEL', KEYS[2]) end
        if redis.call('SET', KEYS[2], ARGV[1], 'NX', 'PX', ARGV[2]) then return 1 end
        return 0
        """

    /// Makes a lease hold for longer, where it is still the asker's.
    static let renew = """
        if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
        return 0
        """

    /// Gives a lease back, where it is still the asker's.
    static let release = """
        if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
        return 0
        """
}
