#include "ec_curve.h"

namespace se::crypto {

int CurveId(const std::string& name) {
  int id = EC_curve_nist2nid(name.c_str());
  return id != NID_undef ? id : OBJ_sn2nid(name.c_str());
}

Pkey WrapEcKey(const EcKey& key) {
  Pkey pkey(EVP_PKEY_new());
  if (!key || !pkey || EVP_PKEY_set1_EC_KEY(pkey.get(), key.get()) != 1) return {};
  return pkey;
}

Pkey EcPublicKeyFromPoint(int curve, const uint8_t* data, size_t size) {
  EcKey key(curve == NID_undef ? nullptr : EC_KEY_new_by_curve_name(curve));
  if (!key) return {};
  const EC_GROUP* group = EC_KEY_get0_group(key.get());
  EcPoint point(EC_POINT_new(group));
  if (!point || EC_POINT_oct2point(group, point.get(), data, size, nullptr) != 1 ||
      EC_KEY_set_public_key(key.get(), point.get()) != 1)
    return {};
  return WrapEcKey(key);
}

}  // namespace se::crypto
