// Loads no library, so no recorder either: 'headroom profile' must refuse it.
int main() {
  return 0;
}
